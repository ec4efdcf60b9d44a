// The other half of port-server.ts: look up its port, connect, ask, and leave.
// predict: what does this print if no server is ever started?
// run: tsrun -n 1 examples/port-client.ts
// beside: tsrun -n 2 examples/port-server.ts
// change: stop the server (Ctrl-C) while this waits for its answer.
// explain: to wait for a name has no end unless `timeout` gives it one. And the end of another job is no
//   failure of this one: only what needs it rejects, with ERR_PROC_FAILED, which a program can catch.
// prints:
//   pi is 3.141593
import { finalize, PROC_NULL, ports, ROOT, world } from 'tsmpi';

const { rank } = world;
const port = rank === 0 ? await ports.lookUp('pi', { timeout: 60_000 }) : undefined;
const server = await world.connect(port);
// One rank gives a value to all of the other group.
await server.broadcast(rank === 0 ? 1000 : undefined, { root: rank === 0 ? ROOT : PROC_NULL });
if (rank === 0) {
  const pi = await server.receive<number>(0);
  console.log(`pi is ${pi.toFixed(6)}`);
}
await server.disconnect();
await finalize();
