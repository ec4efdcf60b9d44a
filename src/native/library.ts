import { MpiError } from '../base/error.ts';
import type { ForeignFunction, ForeignLibrary, Koffi } from '../koffi/load.ts';
import { takeAll, takersOf } from './argument.ts';
import type { CallQueue } from './call-queue.ts';
import type { Signature, ValueType } from './prototype.ts';
import type { Callable } from './types.ts';

const RTLD_NOW = 2;

/**
 * Load a compiled library for good.
 *
 * @param source  what it was compiled from
 * @throws MpiError `ERR_NATIVE` if that cannot be done
 */
export function loadLibrary(koffi: Koffi, file: string, source: string): ForeignLibrary {
  try {
    const library = koffi.load(file);
    // Koffi unloads what it loaded when the process ends, and the threads of OpenMP with their code under their feet.
    koffi.load(null).func('void *dlopen(const char *, int)')(file, RTLD_NOW);
    return library;
  } catch (error) {
    const reason = (error as Error).message;
    const remedy = /not permitted|noexec/i.test(reason)
      ? '; that folder is on a disk from which nothing may be run: set XDG_CACHE_HOME to another'
      : '';
    throw new MpiError(
      'ERR_NATIVE',
      `native: what ${source} was compiled to, ${file}, cannot be loaded: ${reason}${remedy}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Make a function of JavaScript of one of C.
 *
 * @throws MpiError `ERR_NATIVE` if the library has none of that name
 */
export function bind(
  library: ForeignLibrary,
  signature: Signature,
  source: string,
  queue: CallQueue,
): Callable<unknown[], unknown> {
  const foreign = find(library, signature, source);
  const takers = takersOf(signature);
  const give = giverOf(signature.result);

  const call = (...args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const taken = takeAll(signature, takers, args);
      queue.enter(() => {
        const done = (error: unknown, result: unknown): void => {
          // Until now this kept the arrays alive, of which C had no more than the address.
          taken.length = 0;
          queue.leave();
          if (error === null) resolve(give(result));
          else reject(error);
        };
        try {
          foreign.async(...taken, done);
        } catch (error) {
          done(error, undefined);
        }
      });
    });
  const sync = (...args: unknown[]): unknown => give(foreign(...takeAll(signature, takers, args)));
  Object.defineProperty(call, 'name', { value: signature.name });
  Object.defineProperty(sync, 'name', { value: signature.name });
  return Object.assign(call, { sync });
}

function find(library: ForeignLibrary, signature: Signature, source: string): ForeignFunction {
  const { name, result, parameters } = signature;
  try {
    return library.func(name, foreignType(result), parameters.map(foreignType));
  } catch (error) {
    throw new MpiError(
      'ERR_NATIVE',
      `native: ${source} has no function ${name} that can be called from outside: is it spelled so, is it static, or left out by an #if?`,
      { cause: error },
    );
  }
}

function foreignType({ kind, form }: ValueType): string {
  if (form === 'text') return 'str';
  return form === 'array' ? 'void *' : kind;
}

/** What koffi returns becomes what the types say: it makes a number of a small integer of 64 bits. */
function giverOf({ kind, form }: ValueType): (result: unknown) => unknown {
  const isBig = form === 'value' && (kind === 'int64' || kind === 'uint64');
  return isBig ? (result) => BigInt(result as number | bigint) : (result) => result;
}
