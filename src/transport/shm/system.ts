import { closeSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import type { ForeignMemory, SharedMemory } from './memory.ts';

/** What is used of koffi, which is loaded only where memory is shared. */
interface Koffi {
  load(path: null): { func(signature: string): (...args: unknown[]) => unknown };
  address(pointerOrBytes: unknown): bigint;
  view(pointer: unknown, bytes: number): ArrayBuffer;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = 2n ** 64n - 1n;

/** Programs that the rank starts do not inherit it; Node has no name for this number of Linux. */
const O_CLOEXEC = 0o2000000;

/** Not private: the sleepers are other processes. */
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
/** The number of the system call on each processor. */
const SYS_FUTEX: Partial<Record<string, number>> = {
  x64: 202,
  arm64: 98,
  riscv64: 98,
  loong64: 98,
};

/** Tell whether ranks on this kind of machine can share memory. */
export function canShareMemory(platform: string, arch: string): boolean {
  return platform === 'linux' && SYS_FUTEX[arch] !== undefined;
}

/** Calls of the C library, as far as they are needed here. */
export class System {
  readonly #koffi: Koffi;
  readonly #mmap: (...args: unknown[]) => unknown;
  readonly #syscall: (...args: unknown[]) => unknown;
  readonly #mkfifo: (...args: unknown[]) => unknown;
  readonly #open: (...args: unknown[]) => unknown;
  readonly #yield: (...args: unknown[]) => unknown;
  readonly #read: (...args: unknown[]) => unknown;

  /** @param addon  the file of koffi for this machine, if it is known */
  constructor(addon?: string) {
    this.#koffi = loadAddon(addon) ?? (createRequire(import.meta.url)('koffi') as Koffi);
    const library = this.#koffi.load(null);
    this.#mmap = library.func('void *mmap(void *, size_t, int, int, int, int64_t)');
    this.#syscall = library.func('long syscall(long, uintptr_t, long, long, void *, void *, long)');
    this.#mkfifo = library.func('int mkfifo(const char *, uint32_t)');
    this.#open = library.func('int open(const char *, int)');
    this.#yield = library.func('int sched_yield()');
    this.#read = library.func(
      'long process_vm_readv(int, void *, unsigned long, void *, unsigned long, unsigned long)',
    );
  }

  /** Map a file of so many bytes for good, and close it. */
  map(file: number, bytes: number): SharedMemory {
    const pointer = this.#mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, file, 0);
    closeSync(file);
    const address = this.#koffi.address(pointer);
    if (address === MAP_FAILED) {
      throw new Error(`cannot map ${bytes} bytes of shared memory; is there a limit (ulimit -v)?`);
    }
    const buffer = this.#koffi.view(pointer, bytes);
    const start = Number(address);
    const number = SYS_FUTEX[process.arch];
    const time = new BigInt64Array(2);
    return {
      words: new Int32Array(buffer),
      bytes: new Uint8Array(buffer),
      plainLoads: process.arch === 'x64',
      sleep: (index, value, ms) => {
        time[1] = BigInt(Math.round(ms * 1e6));
        this.#syscall(number, start + 4 * index, FUTEX_WAIT, value, time, null, 0);
      },
      wake: (index) => {
        this.#syscall(number, start + 4 * index, FUTEX_WAKE, 1, null, null, 0);
      },
      giveWay: () => {
        this.#yield();
      },
    };
  }

  foreignMemory(): ForeignMemory {
    // Each an address and a length: struct iovec on 64 bits.
    const here = new BigUint64Array(2);
    const there = new BigUint64Array(2);
    return {
      processId: process.pid,
      addressOf: (bytes) => Number(this.#koffi.address(bytes)),
      read: (processId, address, into) => {
        here[0] = this.#koffi.address(into);
        here[1] = BigInt(into.length);
        there[0] = BigInt(address);
        there[1] = BigInt(into.length);
        return this.#read(processId, here, 1, there, 1, 0) === into.length;
      },
    };
  }

  /** Make a named pipe for this user alone, and open its end for reading, without waiting for a writer. */
  openPipe(path: string): number {
    if (this.#mkfifo(path, 0o600) !== 0) throw new Error(`cannot make the pipe ${path}`);
    // Open for writing too: a pipe that its last writer leaves would be at its end.
    const file = this.#open(path, constants.O_RDWR | constants.O_NONBLOCK | O_CLOEXEC);
    if (file === -1) throw new Error(`cannot open the pipe ${path}`);
    return file as number;
  }
}

/** To look for the file, as koffi itself does, costs every rank 4 ms. */
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
