/** Writes in one way or another: `print.ts HOW [LINES]`. */
import { setImmediate as turn } from 'node:timers/promises';
import { finalize, world } from 'tsmpi';

const { rank } = world;
const [how, lines = '100000'] = process.argv.slice(2);
if (how === 'both') {
  console.log(`out of ${rank}\nä "quoted" \\`);
  console.error(`err of ${rank}`);
}
if (how === 'unfinished') process.stdout.write(`end of ${rank}`);
if (how === 'much') {
  await finalize();
  for (let line = 0; line < Number(lines); line++) {
    const text = `rank ${rank} ${line}`;
    process.stdout.write(`${text.padEnd(49)}\n`);
  }
  process.exit(0);
}
if (how === 'forever')
  for (let line = 0; ; line++) {
    console.log(line);
    if (line % 100 === 0) await turn();
  }
