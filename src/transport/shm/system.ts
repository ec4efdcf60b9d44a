import { constants } from 'node:fs';
import { type Koffi, loadKoffi } from '../../koffi/load.ts';
import type { ForeignMemory, SharedMemory } from './memory.ts';

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = 2n ** 64n - 1n;

/** On the processors below, where pages are of 4 KiB; elsewhere the wish is refused, or does nothing. */
const LARGE_PAGE_BYTES = 2 * 2 ** 20;
const MADV_HUGEPAGE = 14;
/** Also of what others have mapped, and of the file. */
const MADV_REMOVE = 9;

const WORD_RANGE = 2 ** 32;

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
  readonly #munmap: (...args: unknown[]) => unknown;
  readonly #syscall: (...args: unknown[]) => unknown;
  readonly #mkfifo: (...args: unknown[]) => unknown;
  readonly #open: (...args: unknown[]) => unknown;
  readonly #yield: (...args: unknown[]) => unknown;
  readonly #read: (...args: unknown[]) => unknown;
  readonly #write: (...args: unknown[]) => unknown;
  readonly #advise: (...args: unknown[]) => unknown;
  /** Gives back the places of maps of which no view is left. */
  readonly #unmapper = new FinalizationRegistry<{
    readonly pointer: unknown;
    readonly bytes: number;
  }>(({ pointer, bytes }) => {
    this.#munmap(pointer, bytes);
  });

  /** @param addon  the file of koffi for this machine, if it is known */
  constructor(addon?: string) {
    this.#koffi = loadKoffi(addon);
    const library = this.#koffi.load(null);
    this.#mmap = library.func('void *mmap(void *, size_t, int, int, int, int64_t)');
    this.#munmap = library.func('int munmap(void *, size_t)');
    this.#syscall = library.func('long syscall(long, uintptr_t, long, long, void *, void *, long)');
    this.#mkfifo = library.func('int mkfifo(const char *, uint32_t)');
    this.#open = library.func('int open(const char *, int)');
    this.#yield = library.func('int sched_yield()');
    // Addresses as numbers: to pass memory as such takes longer.
    const copies = '(int, uintptr_t, unsigned long, uintptr_t, unsigned long, unsigned long)';
    this.#read = library.func(`long process_vm_readv${copies}`);
    this.#write = library.func(`long process_vm_writev${copies}`);
    this.#advise = library.func('int madvise(uintptr_t, uintptr_t, int)');
  }

  /** Map so many bytes of a file, from `at` on, for as long as anybody here has them. */
  map(file: number, at: number, bytes: number): SharedMemory {
    const pointer = this.#mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, file, at);
    const address = this.#koffi.address(pointer);
    if (address === MAP_FAILED) {
      throw new Error(`cannot map ${bytes} bytes of shared memory; is there a limit (ulimit -v)?`);
    }
    const buffer = this.#koffi.view(pointer, bytes);
    this.#unmapper.register(buffer, { pointer, bytes });
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
      discard: (from, length) => {
        this.#advise(start + from, length, MADV_REMOVE);
      },
      giveWay: () => {
        this.#yield();
      },
    };
  }

  foreignMemory(): ForeignMemory {
    // Two of struct iovec on 64 bits, here and there: each an address and a length. In a buffer of their own, since
    // so small an array without one may be moved.
    const vectors = new Uint32Array(new ArrayBuffer(32));
    const addressOf = (bytes: Uint8Array | Uint32Array): number =>
      Number(this.#koffi.address(bytes));
    const at = addressOf(vectors);
    const describe = (first: number, address: number, bytes: number): void => {
      vectors[first] = address;
      vectors[first + 1] = address / WORD_RANGE;
      vectors[first + 2] = bytes;
      vectors[first + 3] = bytes / WORD_RANGE;
    };
    return {
      processId: process.pid,
      addressOf,
      read: (processId, there, here, bytes) => {
        describe(0, here, bytes);
        describe(4, there, bytes);
        return this.#read(processId, at, 1, at + 16, 1, 0) === bytes;
      },
      write: (processId, there, here, bytes) => {
        describe(0, here, bytes);
        describe(4, there, bytes);
        return this.#write(processId, at, 1, at + 16, 1, 0) === bytes;
      },
      preferLargePages: (address, bytes) => {
        const start = Math.ceil(address / LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES;
        const end = Math.floor((address + bytes) / LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES;
        if (end > start) this.#advise(start, end - start, MADV_HUGEPAGE);
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
