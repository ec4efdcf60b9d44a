/** Uses a pool wrongly, in the way that `MISTAKE` says, which workers see as well. */
import { finalize, isMain, type MpiError, Pool, type PoolOptions, world } from 'tsmpi';
import { double } from './pool-tasks.ts';

export function add(a: number, b: number = 1): number {
  return a + b;
}

export async function nested(n: number): Promise<number[]> {
  await using pool = new Pool(import.meta.url);
  return await pool.map(double, [n]);
}

export function loop(): never {
  for (;;);
}

export function throwsObject(n: number): number {
  throw { f: () => n, code: 7 };
}

export function failing(): void {
  throw new RangeError('no data here');
}

const name = process.env.MISTAKE;

const tell = (error: MpiError): void => {
  const line = /pool-mistake\.ts:\d+/.exec(error.stack ?? '') === null ? ', nowhere' : '';
  console.log(`${error.code}${line} ${error.message.replaceAll(import.meta.url, 'HERE')}`);
};

/** Make a pool, which may fail, and use it. */
async function attempt(
  options: object,
  run: (pool: Pool) => Promise<unknown>,
  module: unknown = import.meta.url,
): Promise<void> {
  try {
    await using pool = new Pool(module as string, options as PoolOptions);
    const value = await run(pool);
    if (value !== undefined) console.log(value);
  } catch (error) {
    tell(error as MpiError);
  }
}

if (name === 'unguarded') {
  const pool = new Pool(import.meta.url);
  console.log(await pool.map(add, [1, 2]));
}

if (name === 'broken' && !isMain(import.meta)) throw new Error('the module is broken');

if (isMain(import.meta)) {
  const add1 = (pool: Pool): Promise<unknown> => pool.map(add as never, [1]);
  switch (name) {
    case 'options':
      await attempt({ sise: 2 }, add1);
      await attempt({ timeout: 2 }, add1);
      await attempt({ nonsense: 2 }, add1);
      await attempt({ hosts: 3 }, add1);
      await attempt({ size: 0 }, add1);
      await attempt({ initializer: add, initializerArgs: [1, { f: () => 1 }] }, add1);
      await attempt({}, add1, import.meta);
      await attempt({}, (pool) => pool.map(add as never, [1], { chunksize: 2 } as object));
      await attempt({}, (pool) => pool.map(add as never, [1], { size: 2 } as object));
      break;
    case 'calls': {
      await attempt({}, (pool) => pool.starmap(add, [[1, 2], 3] as never));
      await attempt({}, (pool) => pool.submit(add, 3 as never));
      await attempt({}, (pool) => pool.map(throwsObject, [1]));
      await attempt({}, (pool) => pool.map(double, [1]));
      await attempt({ size: 1 }, async (pool) => {
        await add1(pool);
        await pool.map(loop, [7, 8], { timeout: 100 });
      });
      let closed: Pool | undefined;
      await attempt({}, async (pool) => {
        closed = pool;
      });
      await closed?.map(double, [1]).catch(tell);
      break;
    }
    case 'barrier':
      await attempt({}, add1);
      await world.barrier();
      break;
    case 'nested':
      await attempt({}, (pool) => pool.map(nested, [1]));
      break;
    case 'workers':
      await attempt({}, add1, new URL('./no-such.ts', import.meta.url));
      await attempt({ initializer: failing }, add1);
      break;
    case 'finalized':
    case 'broken':
      await attempt({}, add1);
      break;
    case 'meta':
      try {
        isMain(import.meta.url as never);
      } catch (error) {
        tell(error as MpiError);
      }
      break;
  }
}

if (name === 'finalized') await finalize();
