import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { lives, ownOwner } from '../../src/ports/owner.ts';
import { socketFile } from '../../src/ports/port-name.ts';
import { Registry } from '../../src/ports/registry.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** A process that has ended. */
function dead(): { pid: number; started: string } {
  return { pid: spawnSync(process.execPath, ['-v']).pid, started: '1' };
}

test('a name is found from when it is published until it is taken back', (t) => {
  const folder = tempFolder(t);
  const names = new Registry(folder);
  t.is(names.find('weather'), undefined);
  t.is(names.publish('weather', 'port', ownOwner()), undefined);
  t.like(new Registry(folder).find('weather'), {
    lives: true,
    entry: { port: 'port', pid: process.pid },
  });
  t.deepEqual(readdirSync(folder), ['name-weather']);
  names.unpublish('weather', ownOwner());
  t.deepEqual(readdirSync(folder), []);
});

test('what a living process has published stays, and that of a dead one is taken over', (t) => {
  const folder = tempFolder(t);
  const names = new Registry(folder);
  const other = dead();
  names.publish('a', 'old', other);
  t.like(names.find('a'), { lives: false });
  t.is(names.publish('a', 'new', ownOwner()), undefined);
  t.like(names.publish('a', 'newer', other), { port: 'new', pid: process.pid });
  t.like(names.find('a'), { lives: true, entry: { port: 'new' } });
  names.unpublish('a', other);
  t.like(names.find('a'), { entry: { port: 'new' } });
});

test('of many who take over the name of a dead process at once exactly one has it', async (t) => {
  const folder = tempFolder(t);
  const names = new Registry(folder);
  const library = new URL('../../src/ports/', import.meta.url).href;
  const program = `
    const { Registry } = await import('${library}registry.js');
    const { ownOwner } = await import('${library}owner.js');
    const names = new Registry(process.argv[1]);
    const got = [];
    for (let n = 0; n < 40; n += 1) if (names.publish('n' + n, 'port', ownOwner()) === undefined) got.push(n);
    process.stdout.write(JSON.stringify(got) + '\\n');
    process.stdin.resume();
  `;
  const other = dead();
  for (let n = 0; n < 40; n += 1) names.publish(`n${n}`, 'old', other);
  const takers = [1, 2, 3, 4].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const got: number[] = [];
  for (const { stdout } of takers) {
    let text = '';
    for await (const chunk of stdout) {
      text += chunk;
      if (text.endsWith('\n')) break;
    }
    got.push(...(JSON.parse(text) as number[]));
  }
  t.deepEqual(
    got.sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, n) => n),
  );
  for (const taker of takers) {
    taker.stdin.end();
    await once(taker, 'exit');
  }
});

test('a sweep takes away what the dead have left, and nothing else', (t) => {
  const folder = tempFolder(t);
  const names = new Registry(folder);
  names.publish('mine', 'port', ownOwner());
  names.publish('left', 'port', dead());
  const own = socketFile(ownOwner(), '00000000');
  for (const file of [
    own,
    socketFile(dead(), '00000000'),
    'name-broken',
    'new-1',
    'take-1',
    'other',
  ]) {
    writeFileSync(join(folder, file), '');
  }
  const old = new Date(Date.now() - 60_000);
  utimesSync(join(folder, 'take-1'), old, old);
  names.sweep();
  t.deepEqual(readdirSync(folder).sort(), [own, 'name-mine', 'new-1', 'other'].sort());
});

test('a process is told from a later one with its number', (t) => {
  const own = ownOwner();
  t.true(lives(own));
  t.false(lives({ ...own, started: '1' }));
  t.false(lives(dead()));
});
