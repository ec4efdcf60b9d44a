/** Uses a pool in the way that its first argument says: `pool.ts CASE [SIZE]` */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMain, type MpiError, Pool } from 'tsmpi';
import { double } from './pool-tasks.ts';

let offset = 0;

export function start(by: number): void {
  offset += by;
}

export function add(n: number): number {
  return n + offset;
}

export function pair(a: number, b: string): string {
  return `${a}${b}`;
}

export async function later(n: number): Promise<number> {
  await sleep(n % 3);
  return n * 10;
}

export function third(n: number): number {
  if (n === 3) throw new RangeError(`no ${n}`);
  return n;
}

export function never(): Promise<void> {
  return new Promise(() => {});
}

export function result(n: number): unknown {
  return n === 2 ? { deep: [() => n] } : n;
}

/** Ends its worker the first time that it is called for a file. */
export function once(file: string): string {
  if (!existsSync(file)) {
    writeFileSync(file, '');
    process.kill(process.pid, 'SIGKILL');
  }
  return 'survived';
}

export function killer(n: number): number {
  if (n === 13) process.kill(process.pid, 'SIGKILL');
  return n;
}

export async function forever(): Promise<void> {
  await sleep(1_000_000);
}

function hidden(n: number): number {
  return n;
}

async function* endless(): AsyncGenerator<number> {
  try {
    for (let n = 0; ; n += 1) {
      read = n + 1;
      yield n;
    }
  } finally {
    console.log('the source was closed');
  }
}

let read = 0;

const tell = (error: MpiError): void => {
  const cause = error.cause instanceof Error ? ` because of ${error.cause.name}` : '';
  console.log(`${error.code} ${error.item}: ${error.message}${cause}`);
  const frame = error.cause instanceof Error && error.cause.stack?.includes('pool.ts:');
  if (frame) console.log("the worker's stack is there");
};

async function attempt(run: () => Promise<unknown>): Promise<void> {
  await run().then((value) => console.log('value', value), tell);
}

if (isMain(import.meta)) {
  const [, , name = '', size] = process.argv;
  const options = size === undefined ? {} : { size: Number(size) };
  const values = Array.from({ length: 20 }, (_, n) => n);
  switch (name) {
    case 'all': {
      await using pool = new Pool(import.meta.url, {
        ...options,
        initializer: start,
        initializerArgs: [100],
      });
      console.log('map', await pool.map(add, [1, 2, 3], { chunkSize: 2 }));
      console.log(
        'starmap',
        await pool.starmap(pair, [
          [1, 'a'],
          [2, 'b'],
        ]),
      );
      console.log('submit', await pool.submit(pair, [7, 'x']));
      console.log('later', (await pool.map(later, values)).join());
      const ordered: number[] = [];
      for await (const value of pool.imap(later, new Set(values))) ordered.push(value);
      console.log('imap', ordered.join());
      const any: number[] = [];
      for await (const value of pool.imapUnordered(later, values)) any.push(value);
      console.log('imapUnordered', any.sort((a, b) => a - b).join());
      console.log('none', await pool.map(add, []));
      break;
    }
    case 'endless': {
      await using pool = new Pool(import.meta.url, options);
      const seen: number[] = [];
      for await (const value of pool.imap(later, endless(), { readAhead: 5 })) {
        seen.push(value);
        if (seen.length === 4) break;
      }
      console.log(seen.join(), read <= 12);
      break;
    }
    case 'errors': {
      await using pool = new Pool(import.meta.url, options);
      await attempt(() => pool.map(third, [1, 2, 3, 4]));
      await attempt(() => pool.map(never, ['x']));
      await attempt(() => pool.map(result, [1, 2]));
      await attempt(() => pool.map(add, [() => 1] as never));
      await attempt(() =>
        pool.map(add, values, { signal: AbortSignal.abort(new Error('enough')) }),
      );
      await attempt(() => pool.map(hidden, [1]));
      await attempt(() => pool.map((n: number) => n + offset, [1]));
      await attempt(() => pool.map(add.bind(null), [1]));
      const add2 = { add: (n: number) => n }.add;
      await attempt(() => pool.map(add2, [1]));
      const request = pool.submit(add, [1]);
      console.log('cancelled', await request.cancel());
      await attempt(() => request);
      await attempt(() => pool.map(add, [1, 2]));
      await attempt(() => pool.map(forever as never, [1], { timeout: 50 }));
      break;
    }
    case 'once': {
      await using pool = new Pool(import.meta.url, options);
      console.log(await pool.map(once, [process.env.ONCE as string, '/dev/null']));
      break;
    }
    case 'killer': {
      await using pool = new Pool(import.meta.url, options);
      await attempt(() => pool.map(killer, [12, 13, 14]));
      break;
    }
    case 'terminate': {
      const pool = new Pool(import.meta.url, options);
      const result = pool.map(forever as never, [1, 2, 3]);
      await pool.map(add, []);
      setTimeout(() => pool.terminate(), 300);
      await attempt(() => result);
      await attempt(() => pool.map(add, [1]));
      break;
    }
    case 'unclosed': {
      const pool = new Pool(import.meta.url, options);
      console.log(await pool.map(add, [1]));
      break;
    }
    case 'other': {
      await using pool = new Pool(new URL('./pool-tasks.ts', import.meta.url), options);
      console.log(await pool.map(double, [1, 2]));
      break;
    }
    case 'progress': {
      const reports: string[] = [];
      await using pool = new Pool(import.meta.url, {
        ...options,
        onProgress: ({ done, total }) => reports.push(`${done}/${total}`),
      });
      await pool.map(add, values);
      console.log(reports.at(-1));
      break;
    }
    case 'bar': {
      await using pool = new Pool(import.meta.url, { ...options, progress: true });
      await pool.map(add, values);
      console.log('done');
      break;
    }
  }
}
