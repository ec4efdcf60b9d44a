import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { loadKoffi } from '../koffi/load.ts';
import { askedFile, type Caller, readAsked } from './asked-file.ts';
import { CallQueue, callsAtOnce } from './call-queue.ts';
import { endInSpiteOfC } from './exit.ts';
import { compiledLibrary, type Workshop } from './keep.ts';
import { bind, loadLibrary } from './library.ts';
import { parsePrototype } from './prototype.ts';
import type { Callable } from './types.ts';

/** How a file of C is compiled. */
export interface NativeOptions {
  /** For the compiler, each as one word: `['-O3', '-fopenmp']`. What is not said otherwise there is `-O2`. */
  readonly flags?: readonly string[] | undefined;
}

/** Who asks for functions of C. */
export interface Asking {
  readonly caller: Caller | undefined;
  /** The file of koffi for this machine, if it is known. */
  readonly addon?: string | undefined;
  /** Which compiler to take, and where to keep what it makes. */
  readonly workshop: Workshop;
}

/** All calls of this process share the threads of Node. */
const queue = new CallQueue(callsAtOnce(process.env.UV_THREADPOOL_SIZE));

/** Compile a file of C and make functions of what it defines. See `native` in `../native.ts`. */
export async function openNative(
  source: unknown,
  prototypes: unknown,
  options: unknown,
  { caller, addon, workshop }: Asking,
): Promise<Record<string, Callable<unknown[], unknown>>> {
  const asked = askedFile(source, caller);
  const { path } = asked;
  if (!path.endsWith('.c')) throw wrong(`${show(path)} must end in .c: C is what is compiled`);
  if (typeof prototypes !== 'object' || prototypes === null) {
    throw wrong(`the second argument holds prototypes: { add: 'int add(int a, int b)' }`);
  }
  const declared = Object.entries(prototypes).map(
    ([name, text]) => [name, parsePrototype(text)] as const,
  );
  const flags = flagsIn(options);
  const text = readAsked(asked);
  const koffi = loadKoffi(addon);
  endInSpiteOfC(koffi, () => queue.isBusy);
  const signatures = declared.map(([, signature]) => signature);
  const file = await compiledLibrary({ source: path, text, flags, signatures }, koffi, workshop);
  const library = loadLibrary(koffi, file, path);
  return Object.fromEntries(
    declared.map(([name, signature]) => [name, bind(library, signature, path, queue)]),
  );
}

function flagsIn(options: unknown): readonly string[] {
  if (options === undefined) return [];
  if (typeof options !== 'object' || options === null) {
    throw wrong(`the options must be an object such as { flags: ['-O3'] }, not ${show(options)}`);
  }
  const { flags = [] } = options as NativeOptions;
  if (!Array.isArray(flags) || flags.some((flag) => typeof flag !== 'string')) {
    throw wrong(
      `flags must be a list of strings, each one word for the compiler: ['-O3', '-fopenmp']`,
    );
  }
  return flags;
}

function wrong(reason: string): MpiError {
  return new MpiError('ERR_ARG', `native: ${reason}`);
}
