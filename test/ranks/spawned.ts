/** Is spawned, and does what its first argument says. */
import { parent, processorName, world } from 'tsmpi';

const [what, ...rest] = process.argv.slice(2);
const last = world.rank === world.size - 1;
const { TSMPI_RANK, TSMPI_SIZE } = process.env;
switch (what) {
  case 'facts':
    console.log(`${TSMPI_RANK} of ${TSMPI_SIZE} on ${processorName}: ${JSON.stringify(rest)}`);
    break;
  case 'throw':
    if (last) throw new Error('as it should');
    await world.receive();
    break;
  case 'kill':
    if (last) process.kill(process.pid, 'SIGKILL');
    break;
  case 'hang':
    console.log(`ready ${world.rank}`);
    await world.receive(); // for ever
    break;
  case 'again': {
    const children = await world.spawn('spawned.ts', { n: 1, args: ['facts'] });
    if (world.rank === 0) await children.receive(0);
    break;
  }
}
await parent?.send(`from ${world.rank}`, 0);
