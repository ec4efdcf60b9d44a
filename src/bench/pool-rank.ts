/** Starts a pool from plain Node, and as many bare Node processes beside it: `node pool-rank.js 2`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isMain, Pool } from 'tsmpi';

/** What each worker is asked for. */
export function nothing(): void {}

async function startPool(size: number): Promise<void> {
  const pool = new Pool(import.meta.url, { size });
  await pool.map(nothing, Array(size).fill(undefined), { chunkSize: 1 });
  pool.close();
}

async function startBare(count: number): Promise<void> {
  const all = Array.from({ length: count }, () => spawn(process.execPath, ['-e', '0']));
  await Promise.all(all.map((one) => once(one, 'exit')));
}

async function timed(start: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await start();
  return performance.now() - begin;
}

if (isMain(import.meta)) {
  const ranks = Number(process.argv[2]);
  const bare = await timed(() => startBare(ranks));
  const pool = await timed(() => startPool(ranks));
  const common = { test: 'spawn', ranks };
  for (const [what, milliseconds] of [
    ['pool of plain Node', pool],
    ['bare Node', bare],
  ]) {
    console.log(JSON.stringify({ ...common, what, milliseconds }));
  }
  const what = 'pool of plain Node / bare Node';
  console.log(JSON.stringify({ ...common, what, ratio: pool / bare }));
}
