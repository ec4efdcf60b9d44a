/**
 * What a job costs before it does anything: time from launch to exit, and memory per rank.
 *
 * `npm run bench`, or `node build/src/bench/launch.js [--json] [--rounds N]`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Memory, measureMemory } from './memory.ts';
import { median, table, timeNode } from './sample.ts';

const TSRUN = fileURLToPath(new URL('../../../dist/bin/tsrun.js', import.meta.url));
const RING = fileURLToPath(new URL('../../../examples/ring.ts', import.meta.url));
const SIZES = [4, 16];

/** What tsrun is measured against: a Node process that starts others, waits for them, and does no more. */
const BARE_PARENT = `
const { spawn } = require('node:child_process');
for (let i = 0; i < Number(process.argv[1]); i += 1) spawn(process.execPath, ['-e', '0']);
`;

/** Milliseconds: medians, and the least of all rounds, which others disturbed least. */
interface Launch {
  readonly ranks: number;
  readonly warm: number;
  readonly cold: number;
  readonly bareNode: number;
  readonly leastWarm: number;
  readonly leastBareNode: number;
  /** Warm to bare, median of the rounds' ratios. */
  readonly ratio: number;
}

interface Report {
  readonly machine: string;
  readonly node: string;
  readonly load: readonly number[];
  readonly rounds: number;
  readonly launch: readonly Launch[];
  readonly memory: readonly Memory[];
}

/** Measure in turns, so that a change of load meets all alike. */
async function measureLaunch(ranks: number, rounds: number, folder: string): Promise<Launch> {
  const tsrun = async (cache: string): Promise<number> => {
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const { ms, stdout } = await timeNode([TSRUN, '-n', String(ranks), RING], env);
    if (!stdout.includes('Processor 0 received')) throw new Error(`the ring printed ${stdout}`);
    return ms;
  };
  const warmCache = join(folder, 'warm');
  await tsrun(warmCache);
  const samples: { warm: number; cold: number; bareNode: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const coldCache = join(folder, `cold-${ranks}-${round}`);
    samples.push({
      warm: await tsrun(warmCache),
      bareNode: (await timeNode(['-e', BARE_PARENT, String(ranks)])).ms,
      cold: await tsrun(coldCache),
    });
  }
  const all = {
    warm: samples.map(({ warm }) => warm),
    cold: samples.map(({ cold }) => cold),
    bareNode: samples.map(({ bareNode }) => bareNode),
  };
  return {
    ranks,
    warm: median(all.warm),
    cold: median(all.cold),
    bareNode: median(all.bareNode),
    leastWarm: Math.min(...all.warm),
    leastBareNode: Math.min(...all.bareNode),
    ratio: median(samples.map(({ warm, bareNode }) => warm / bareNode)),
  };
}

async function measure(rounds: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-bench-'));
  try {
    const load = loadavg();
    const launch: Launch[] = [];
    const memory: Memory[] = [];
    for (const ranks of SIZES) launch.push(await measureLaunch(ranks, rounds, folder));
    for (const ranks of SIZES) {
      const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'warm') };
      const measured = await measureMemory(ranks, TSRUN, env);
      if (measured !== undefined) memory.push(measured);
    }
    const { length, 0: first } = cpus();
    const machine = `${length} × ${first?.model ?? 'unknown processor'}`;
    return { machine, node: process.version, load, rounds, launch, memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function show({ rounds, launch, memory }: Report): string {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const mib = (value: number): string => `${value.toFixed(1)} MiB`;
  const launches = launch.map((row) => [
    `-n ${row.ranks}`,
    ms(row.warm),
    ms(row.cold),
    ms(row.bareNode),
    row.ratio.toFixed(2),
    ms(row.leastWarm),
    ms(row.leastBareNode),
  ]);
  const memories = memory.map(({ ranks, idle, messages, bareNode }) => {
    const more = [idle, messages].map((value) => mib(value - bareNode));
    return [`-n ${ranks}`, mib(idle), mib(messages), mib(bareNode), ...more];
  });
  return [
    `launch to exit of the ring, medians of ${rounds} rounds`,
    table([
      ['', 'warm cache', 'cold cache', 'bare Node', 'warm / bare', 'least warm', 'least bare'],
      ...launches,
    ]),
    '',
    'memory per rank (PSS), medians over the ranks',
    table([
      ['', 'idle rank', 'after messages', 'bare Node', 'idle: more', 'messages: more'],
      ...memories,
    ]),
  ].join('\n');
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '9' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`--rounds ${values.rounds}: give a whole number from 1`);
}
if (values.json !== true) {
  const load = loadavg().map((value) => value.toFixed(2));
  console.log(`load ${load.join(' ')}, Node ${process.version}\n`);
}
const report = await measure(rounds);
console.log(values.json === true ? JSON.stringify(report, undefined, 2) : show(report));
