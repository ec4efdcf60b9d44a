import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { PYTHON, ROOT } from './places.ts';

/** Where the figures were measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly kernel: string;
  readonly memoryGiB: number;
  /** Whether plain memory may get huge pages unasked: `always`, `madvise` or `never`. */
  readonly hugePages: string;
}

/** Describe this machine. */
export function describeMachine(): Machine {
  const hugePages = read('/sys/kernel/mm/transparent_hugepage/enabled');
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    kernel: `${type()} ${release()}`,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    hugePages: /\[(\w+)\]/.exec(hugePages)?.[1] ?? 'unknown',
  };
}

/** The load of the machine: means of the last one, five and fifteen minutes. */
export function describeLoad(): number[] {
  return loadavg().map((load) => Math.round(load * 100) / 100);
}

/** The versions of everything that is there. */
export function describeVersions(): Record<string, string> {
  const module = (name: string): string => {
    return say(PYTHON, ['-c', `import ${name}; print(${name}.__version__)`], /^(\S+)/);
  };
  const versions: Record<string, string> = {
    node: process.version,
    tsmpi: versionOf('package.json'),
    commit: say('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD'], /^(\w+)/),
    zeromq: versionOf('node_modules/zeromq/package.json'),
    piscina: versionOf('node_modules/piscina/package.json'),
    openmpi: say('mpirun.openmpi', ['--version'], /(\d+\.\S+)/),
    mpich: say('mpiexec.hydra', ['--version'], /Version:\s+(\S+)/),
    python: say(PYTHON, ['--version'], /(\d+\.\S+)/),
    mpi4py: module('mpi4py'),
    numpy: module('numpy'),
    gcc: say('gcc', ['--version'], /(\d+\.\S+)$/m),
  };
  return Object.fromEntries(Object.entries(versions).filter(([, version]) => version !== ''));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function versionOf(path: string): string {
  return /"version":\s*"([^"]+)"/.exec(read(`${ROOT}${path}`))?.[1] ?? '';
}

/** @returns an empty text if there is no such program */
function say(program: string, args: readonly string[], pattern: RegExp): string {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return pattern.exec(stdout ?? '')?.[1] ?? '';
}
