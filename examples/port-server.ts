// Two jobs that were started apart: this one computes for whoever comes, and port-client.ts comes.
// predict: which of the two may be started first, and what does the other one do until then?
// run: tsrun -n 2 examples/port-server.ts
// beside: tsrun -n 1 examples/port-client.ts
// change: let it serve two clients, and start the second while the first is being served.
// explain: a client that comes early waits until the name is published, and one that comes while another
//   is served until `accept` is called again. `disconnect` ends what both have in common, and each goes on.
// prints:
//   serving
//   a client wants 1000 steps
//   no more clients
import { finalize, ports, sum, world } from 'tsmpi';

const { rank, size } = world;
const CLIENTS = 1;

const port = rank === 0 ? await ports.open() : undefined;
if (port !== undefined) {
  await ports.publish('pi', port);
  console.log('serving');
}
for (let served = 0; served < CLIENTS; served += 1) {
  const client = await world.accept(port);
  const steps = (await client.broadcast<number>(undefined, { root: 0 })) ?? 0;
  if (rank === 0) console.log(`a client wants ${steps} steps`);
  let part = 0;
  for (let step = rank; step < steps; step += size) {
    part += 4 / (1 + ((step + 0.5) / steps) ** 2) / steps;
  }
  const pi = await world.reduce(part, sum);
  if (rank === 0) await client.send(pi, 0);
  await client.disconnect();
}
if (rank === 0) console.log('no more clients');
await finalize();
