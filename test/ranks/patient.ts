/** Ranks wait for ever; on a signal they do as told: `patient.ts exit|ignore|leave`. */
import { writeSync } from 'node:fs';
import { world } from 'tsmpi';

const { rank } = world;
const [reaction] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR2'] as const) {
  if (reaction === 'leave') break;
  process.on(signal, () => {
    writeSync(1, `rank ${rank} got ${signal}\n`);
    if (reaction === 'exit') process.exit(0);
  });
}
writeSync(1, `ready ${rank}\n`);
await world.receive((rank + 1) % world.size);
