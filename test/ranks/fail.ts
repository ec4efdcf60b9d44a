/** One rank fails while the others wait: `fail.ts HOW RANK MEANWHILE`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { world } from 'tsmpi';

const [how = '', failing = '', meanwhile] = process.argv.slice(2);

async function failLater(): Promise<void> {
  await sleep(1);
  throw new Error('boom');
}

if (world.rank !== Number(failing)) {
  if (meanwhile === 'busy') for (;;);
  if (meanwhile === 'receive') await world.receive(Number(failing));
  await sleep(1e6);
}
if (how === 'top level') throw new TypeError('boom');
if (how === 'async function') await failLater();
if (how === 'rejection') void failLater();
if (how === 'timer') {
  setTimeout(() => {
    throw new Error('boom');
  }, 1);
}
if (how === 'string') throw 'boom';
if (how === 'object') throw { boom: true };
if (how === 'import') await import('./throws.ts');
if (how === 'long') throw new RangeError(`boom ${'x'.repeat(1e6)}`);
if (how.startsWith('exit ')) process.exit(Number(how.slice(5)));
if (how.startsWith('exitCode ')) process.exitCode = Number(how.slice(9));
else await sleep(1e6);
