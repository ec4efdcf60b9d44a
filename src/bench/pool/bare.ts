import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Reading } from '../reading.ts';
import { median } from '../statistics.ts';
import { chooseItems, halves } from './items.ts';
import { timed } from './measure.ts';
import { fib } from './tasks.ts';

/** Computes what each line of its input asks for, and answers. */
const COMPUTE = `${fib}
for (let i = 0; i < 4; i += 1) fib(30);
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  for (const n of JSON.parse(line)) fib(n);
  console.log('done');
});
console.log('ready');`;

const TURNS = 3;

/**
 * Measure what no pool of two workers can beat: two Node processes that are started together and have nothing to do; and by how much
 * two that share the items of a pool beforehand are faster than one of them, which shows what two processors give here.
 */
export async function measureBare(seconds: number, signal?: AbortSignal): Promise<Reading[]> {
  const start = await timed(() => Promise.all([startAndEnd(signal), startAndEnd(signal)]));
  const children = [startComputing(signal), startComputing(signal)] as const;
  try {
    for (const { ready } of children) await ready;
    const items = chooseItems(seconds);
    const speedUp = async (what: 'list' | 'equal'): Promise<Reading> => {
      const [first = [], second = []] = halves(items)[what];
      const ratios: number[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const alone = await timed(() => children[0].compute(items[what]));
        const together = await timed(() =>
          Promise.all([children[0].compute(first), children[1].compute(second)]),
        );
        ratios.push(alone.ms / together.ms);
      }
      return { test: 'pool', what, unit: 'ratio', value: median(ratios) };
    };
    return [
      { test: 'pool', what: 'start', unit: 'milliseconds', value: start.ms },
      await speedUp('list'),
      await speedUp('equal'),
    ];
  } finally {
    for (const { child } of children) child.stdin?.end();
  }
}

async function startAndEnd(signal: AbortSignal | undefined): Promise<void> {
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', signal }), 'exit');
}

interface Computing {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
  compute(items: readonly number[]): Promise<unknown>;
}

function startComputing(signal: AbortSignal | undefined): Computing {
  const child = spawn(process.execPath, ['-e', COMPUTE], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  const { stdin, stdout } = child;
  return {
    child,
    ready: once(stdout, 'data'),
    compute: (items) => {
      stdin.write(`${JSON.stringify(items)}\n`);
      return once(stdout, 'data');
    },
  };
}
