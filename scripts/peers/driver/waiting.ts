import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, median } from './figure.ts';
import { type Ended, type RunOptions, start } from './run.ts';

/** Ranks that have nothing to do must have noticed it by then. */
const SETTLE_MS = 1000;
const WATCH_MS = 2000;
const POLL_MS = 50;

/**
 * Measure ranks while they wait: the time on a processor that each takes, and its share of memory.
 *
 * All ranks but the first wait, which keeps the launcher's input open; each prints its process when
 * it begins to.
 */
export async function measureWaiting(
  command: readonly string[],
  ranks: number,
  options: RunOptions,
): Promise<{ readonly ended: Ended; readonly figures: readonly Figure[] }> {
  const running = start(command, options);
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  let pids: number[] = [];
  while (!over && pids.length < ranks - 1) {
    await sleep(POLL_MS);
    pids = readPids(running.stdout());
  }
  const figures = over ? [] : await watch(pids, ranks);
  running.child.stdin?.end();
  return { ended: await running.ended, figures };
}

async function watch(pids: readonly number[], ranks: number): Promise<Figure[]> {
  await sleep(SETTLE_MS);
  try {
    const begin = performance.now();
    const before = pids.map(readCpuMs);
    await sleep(WATCH_MS);
    const after = pids.map(readCpuMs);
    const elapsed = performance.now() - begin;
    const shares = after.map((ms, i) => ((ms - (before[i] ?? ms)) / elapsed) * 100);
    return [
      { subject: `idle ${ranks}`, value: median(shares) },
      { subject: `memory ${ranks}`, value: median(pids.map(readPssMib)) },
    ];
  } catch {
    // A rank has ended too early; the exit code of the program tells why.
    return [];
  }
}

function readPids(stdout: string): number[] {
  return [...stdout.matchAll(/"test":\s*"waiting"[^}]*"pid":\s*(\d+)\}/g)].map(([, pid]) =>
    Number(pid),
  );
}

/** The time on a processor of all threads. Those in `stat` are counted in steps of 10 ms. */
function readCpuMs(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [ns] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(ns) / 1e6;
  });
  return times.reduce((sum, ms) => sum + ms, 0);
}

/** Memory, of which what several processes share counts in part to each. */
function readPssMib(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024;
}
