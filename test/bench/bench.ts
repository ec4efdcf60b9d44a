import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Report } from '../../src/bench/report.ts';
import { Run, temporaryFolder, tsrun } from '../helpers/run.ts';
import { ROOT } from '../helpers/run-example.ts';

/** So short that it says nothing, but goes all the way. */
const SHORT = ['--quick', '--seconds', '0.001'];

test('tsrun bench measures messages, prints tables and writes JSON and a page', async (t) => {
  const folder = temporaryFolder(t);
  const [json, html] = [join(folder, 'out.json'), join(folder, 'out.html')];
  const { code, stdout, stderr } = await tsrun(t, [
    ...['bench', ...SHORT, '--tests', 'latency,bandwidth,rate,ring', '--what', 'array,dict'],
    ...['--sizes', '0,100', '--json', json, '--html', html],
  ]);
  t.is(stderr, '');
  t.is(code, 0);
  for (const title of ['Latency', 'Bandwidth', 'Message rate', 'Ring']) {
    t.regex(stdout, new RegExp(`^${title}.*\\n +default$`, 'm'));
  }
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  t.is(report.versions.node, process.versions.node);
  t.deepEqual(
    report.measurements.map(({ test: name, what, bytes, ranks }) => [name, what, bytes ?? ranks]),
    [
      ['latency', 'array', 0],
      ['latency', 'array', 100],
      ['latency', 'dict', undefined],
      ['bandwidth', 'array', 100],
      ['rate', 'array', 8],
      ['rate', 'dict', undefined],
      ['ring', undefined, 2],
    ],
  );
  for (const { samples, median } of report.measurements) {
    t.deepEqual(samples, [median]);
    t.true(median > 0 && Number.isFinite(median));
  }
  t.regex(readFileSync(html, 'utf8'), /^<!doctype html>[\s\S]*<svg /);
});

test('tsrun bench measures collectives on each number of ranks', async (t) => {
  const json = join(temporaryFolder(t), 'out.json');
  const { code, stdout, stderr } = await tsrun(t, [
    ...['bench', ...SHORT, '--tests', 'barrier,broadcast,allreduce,alltoall', '-n', '2,3'],
    ...['--what', 'array,rows,number', '--json', json],
  ]);
  t.is(stderr, '');
  t.is(code, 0);
  t.regex(stdout, /^Broadcast.*\n +default\n {2}array +1 MiB, 2 ranks +[\d.,]+$/m);
  const { measurements } = JSON.parse(readFileSync(json, 'utf8')) as Report;
  t.deepEqual(
    measurements.map(({ test: name, what, bytes, ranks }) =>
      [name, what, bytes, ranks].filter((word) => word !== undefined).join(' '),
    ),
    [
      ...['barrier 2', 'barrier 3'],
      ...['broadcast array 1048576 2', 'broadcast array 1048576 3'],
      ...['broadcast rows 2', 'broadcast rows 3'],
      ...['allreduce array 8 2', 'allreduce array 1048576 2'],
      ...['allreduce array 8 3', 'allreduce array 1048576 3'],
      ...['allreduce number 2', 'allreduce number 3'],
      ...['alltoall array 65536 2', 'alltoall array 65536 3'],
    ],
  );
  for (const { median, unit } of measurements) {
    t.is(unit, 'microseconds');
    t.true(median > 0 && Number.isFinite(median));
  }
});

test('tsrun bench measures a pool of ranks, one of spawned workers, and what the machine gives', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['bench', ...SHORT, '--tests', 'pool']);
  t.is(stderr, '');
  t.is(code, 0);
  const rows = stdout.matchAll(
    /^ {2}(fib of|items|until).*?, (ranks|spawned|bare Node) +[\d.,]+$/gm,
  );
  const counts: Record<string, number> = {};
  for (const [, , workers = ''] of rows) counts[workers] = (counts[workers] ?? 0) + 1;
  t.deepEqual(counts, { ranks: 4, spawned: 4, 'bare Node': 3 });
});

test('tsrun bench measures launch beside bare Node', async (t) => {
  const { code, stdout } = await tsrun(t, ['bench', ...SHORT, '--tests', 'launch', '-n', '1']);
  t.is(code, 0);
  for (const what of ['warm cache', 'cold cache', 'bare Node', 'warm cache / bare Node']) {
    t.regex(stdout, new RegExp(`^  ${what} +1 rank +[\\d.,]+$`, 'm'));
  }
});

test('tsrun bench measures spawning beside launching', async (t) => {
  const { code, stdout } = await tsrun(t, ['bench', ...SHORT, '--tests', 'spawn', '-n', '2']);
  t.is(code, 0);
  for (const what of ['first spawn', 'spawn', 'launch', 'spawn / launch']) {
    t.regex(stdout, new RegExp(`^  ${what} +2 ranks +[\\d.,]+$`, 'm'));
  }
});

test('a mistake in the options is told in one line, with exit code 2, and nothing runs', async (t) => {
  const end = await tsrun(t, ['bench', '--json', '/nowhere/out.json']);
  t.like(end, {
    code: 2,
    stdout: '',
    stderr: "tsrun bench: --json '/nowhere/out.json': there is no such folder\n",
  });
});

test('told to end, tsrun bench ends its job and leaves nothing', async (t) => {
  const args = ['bench', '--tests', 'latency', '--sizes', '8', '--seconds', '600'];
  const run = await Run.tsrun(t, args);
  await run.told('load average');
  while (run.ranks().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  run.signal('SIGTERM');
  t.is((await run.ended).code, 143);
  await run.gone();
});

test('tsrun bench ends when nobody reads its output any more', async (t) => {
  const args = ['bench', '--tests', 'launch', '-n', '1', '--rounds', '1'];
  const run = await Run.tsrun(t, args);
  run.closeStdout();
  t.is((await run.ended).code, 141);
  t.is(run.stderr, '');
});

test('tsrun bench measures the memory and the idling of ranks, where the system tells it', async (t) => {
  const { code, stdout } = await tsrun(t, [
    'bench',
    '--quick',
    '--tests',
    'memory,idle',
    '-n',
    '1',
  ]);
  t.is(code, 0);
  t.is(
    /^ {2}after messages, over bare Node +1 rank +-?[\d.]+$/m.test(stdout),
    existsSync('/proc/self/smaps_rollup'),
  );
  t.is(/^ {2}receive +[\d.]+$/m.test(stdout), existsSync('/proc/self/schedstat'));
});

test('a program called bench is run by ./bench, and bench.ts by its name', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'bench.ts'), `console.log('a program');\n`);
  symlinkSync('bench.ts', join(folder, 'bench'));
  for (const program of ['./bench', 'bench.ts']) {
    const end = await tsrun(t, ['-n', '1', program], { cwd: folder });
    t.like(end, { code: 0, stdout: 'a program\n' }, program);
    const first = await tsrun(t, [program], { cwd: folder });
    t.is(first.code, 0);
    t.true(first.stdout.startsWith('a program\n'), program);
  }
});

test('the README lists the options of tsrun bench', async (t) => {
  const { stdout } = await tsrun(t, ['bench', '--help']);
  const helped = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w]+)/gm)].map(([, name]) => name);
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, section = ''] = readme.split('\n## Benchmarks\n');
  const [options = ''] = section.split('\n## ');
  const listed = [...options.matchAll(/`(?:-\w, )?(--[\w]+)/g)].map(([, name]) => name);
  t.true(helped.length > 10);
  t.deepEqual([...new Set(listed)].toSorted(), helped.toSorted());
});
