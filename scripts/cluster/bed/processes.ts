import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** A process of a host, as this machine sees it. */
export interface Process {
  /** Its number on this machine. */
  readonly pid: number;
  /** Its number on the host. */
  readonly pidThere: number;
  readonly argv: readonly string[];
  readonly environment: readonly string[];
}

/** The processes in a network namespace, but for those that are dead and not buried. */
export function processesIn(namespace: string): Process[] {
  const inode = inodeOf(namespace);
  if (inode === undefined) return [];
  return allPids()
    .filter((pid) => linkOf(`/proc/${pid}/ns/net`) === `net:[${inode}]`)
    .flatMap((pid) => readProcess(pid) ?? []);
}

/** The processes of this machine that have this in their environment. */
export function processesWith(variable: string): number[] {
  return allPids().filter((pid) => listOf(`/proc/${pid}/environ`).includes(variable));
}

/** The processes of this machine that run a program of this name, with all these among their arguments. */
export function processesNamed(name: string, ...args: readonly string[]): number[] {
  return allPids().filter((pid) => {
    const [file = '', ...own] = listOf(`/proc/${pid}/cmdline`);
    return basename(file) === name && args.every((arg) => own.includes(arg));
  });
}

/** Signal processes; those that are gone in the meantime are none of it. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function readProcess(pid: number): Process | undefined {
  const status = textOf(`/proc/${pid}/status`);
  const numbers = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  if (numbers.length === 0 || /^State:\s*[ZX]/m.test(status)) return undefined;
  return {
    pid,
    // Who only entered the network, as `unshare` itself, has no number on the host.
    pidThere: numbers.length > 1 ? Number(numbers.at(-1)) : 0,
    argv: listOf(`/proc/${pid}/cmdline`),
    environment: listOf(`/proc/${pid}/environ`),
  };
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The parts of a text in which each ends with a zero byte. */
function listOf(path: string): string[] {
  return textOf(path).split('\0').slice(0, -1);
}
