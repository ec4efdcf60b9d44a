import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Need } from './peers.ts';
import { PYTHON } from './places.ts';

interface Requirement {
  /** Programs that are looked for in PATH. */
  readonly programs: readonly string[];
  /** Modules that Debian's Python must find. */
  readonly modules: readonly string[];
  /** Debian's packages that bring them. */
  readonly packages: readonly string[];
}

const REQUIREMENTS: Readonly<Record<Need, Requirement>> = {
  c: { programs: ['gcc'], modules: [], packages: ['gcc', 'libc6-dev'] },
  openmpi: {
    programs: ['gcc', 'mpicc.openmpi', 'mpirun.openmpi'],
    modules: [],
    packages: ['gcc', 'libc6-dev', 'openmpi-bin', 'libopenmpi-dev'],
  },
  mpich: {
    programs: ['gcc', 'mpicc.mpich', 'mpiexec.hydra'],
    modules: [],
    packages: ['gcc', 'libc6-dev', 'mpich', 'libmpich-dev'],
  },
  python: { programs: [PYTHON], modules: [], packages: ['python3'] },
  mpi4py: {
    programs: [PYTHON, 'mpirun.openmpi'],
    modules: ['mpi4py', 'numpy'],
    packages: ['openmpi-bin', 'python3-mpi4py', 'python3-numpy'],
  },
};

/** What is missing for each need that is not met; nothing for those that are. */
export function findMissing(needs: readonly Need[]): Map<Need, readonly string[]> {
  const missing = new Map<Need, readonly string[]>();
  for (const need of new Set(needs)) {
    const { programs, modules } = REQUIREMENTS[need];
    const absent = [
      ...programs.filter((name) => !isProgram(name)),
      ...modules.filter((name) => !isModule(name)),
    ];
    if (absent.length > 0) missing.set(need, absent);
  }
  return missing;
}

/** The command that installs what these needs miss. */
export function installCommand(needs: Iterable<Need>): string[] {
  const packages = new Set([...needs].flatMap((need) => REQUIREMENTS[need].packages));
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  return [...sudo, 'apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

/**
 * Install what these needs miss.
 *
 * @throws if apt-get fails; what it says has been shown
 */
export function install(needs: readonly Need[]): void {
  const command = installCommand(needs);
  const prefix = command.slice(0, command.indexOf('apt-get') + 1);
  // The lists of a fresh container are empty.
  for (const [file = '', ...args] of [[...prefix, 'update'], command]) {
    // Its output is not the comparison's.
    const { status, error } = spawnSync(file, args, { stdio: ['inherit', 2, 2] });
    if (status === 0) continue;
    throw new Error(`${[file, ...args].join(' ')}: ${error?.message ?? `exit code ${status}`}`);
  }
}

function isProgram(name: string): boolean {
  const folders = name.startsWith('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(folder === '' ? name : join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function isModule(name: string): boolean {
  const code = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`;
  return spawnSync(PYTHON, ['-c', code]).status === 0;
}
