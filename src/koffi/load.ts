import { createRequire } from 'node:module';

/** A function of C as koffi calls it. */
export interface ForeignFunction {
  (...args: unknown[]): unknown;
  /** Call it on a thread of Node's pool. @param args  the last one is a callback, which gets an error or the result */
  readonly async: (...args: unknown[]) => void;
}

/** A loaded library. */
export interface ForeignLibrary {
  func(signature: string): ForeignFunction;
  func(name: string, result: string, parameters: readonly string[]): ForeignFunction;
}

/** What is used of koffi, which calls functions of C. */
export interface Koffi {
  load(path: string | null): ForeignLibrary;
  address(pointerOrBytes: unknown): bigint;
  view(pointer: unknown, bytes: number): ArrayBuffer;
  config(settings: Readonly<Record<string, number>>): unknown;
}

/** Functions run on stacks of koffi's own. Its 128 KiB are few: one array of 20,000 doubles. Only what is used takes memory. */
const STACK_BYTES = 8 * 2 ** 20;

let loaded: Koffi | undefined;

/**
 * Load koffi, once in a process.
 *
 * @param addon  its file for this machine, if that is known; to look for it, as koffi itself does, takes 4 ms
 */
export function loadKoffi(addon?: string): Koffi {
  if (loaded !== undefined) return loaded;
  const koffi = loadAddon(addon) ?? (createRequire(import.meta.url)('koffi') as Koffi);
  try {
    koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  } catch {
    // The program uses koffi itself, and did so before: then its settings stand.
  }
  loaded = koffi;
  return koffi;
}

function loadAddon(file: string | undefined): Koffi | undefined {
  if (file === undefined) return undefined;
  const module = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch {
    // It is for another C library.
    return undefined;
  }
  return module.exports as Koffi;
}
