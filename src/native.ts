import { callerOf } from './native/asked-file.ts';
import { type NativeOptions, openNative } from './native/native.ts';
import type { NativeFunctions, Understood } from './native/types.ts';
import { currentRank } from './rank/process.ts';

export type { ErrorCode } from './base/error.ts';
export { MpiError } from './base/error.ts';
export type { NativeOptions } from './native/native.ts';
export type { Callable, NativeFunction, NativeFunctions } from './native/types.ts';

/**
 * Compile a file of C with the machine's compiler, and make functions of what it defines.
 *
 * `const { fib } = await native('./fib.c', { fib: 'uint64_t fib(int n)' })`: then `await fib(40)` runs on a thread
 * while the rank goes on receiving. It is compiled once, and again when it, a header of its own, the flags or the
 * compiler changes.
 *
 * @param source  a path that starts from the folder of the module that calls this, or the URL of a file
 * @param prototypes  the functions as they are declared in C, by the names that they are to have
 * @throws MpiError `ERR_NATIVE` if there is no compiler, the file does not compile, or has no such function;
 *   `ERR_ARG` if a prototype or an option is none
 */
export function native<const P extends Readonly<Record<string, string>>>(
  source: string | URL,
  prototypes: P & { readonly [Name in keyof P]: Understood<P[Name]> },
  options?: NativeOptions,
): Promise<NativeFunctions<P>> {
  const caller = callerOf(native);
  const addon = currentRank()?.start.segment?.addon;
  const workshop = { compiler: process.env.CC };
  return openNative(source, prototypes, options, { caller, addon, workshop }) as Promise<
    NativeFunctions<P>
  >;
}
