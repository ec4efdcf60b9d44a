import { execFileSync } from 'node:child_process';
import type { Need } from './peers.ts';
import { SOURCES } from './places.ts';

/** Compile the programs in C that meet these needs into a folder. */
export function compile(needs: ReadonlySet<Need>, folder: string): void {
  const c = (name: string): string => `${SOURCES}c/${name}.c`;
  const make = (compiler: string, program: string, ...sources: string[]): void => {
    const args = ['-std=gnu11', '-O2', '-o', `${folder}/${program}`, ...sources.map(c)];
    // It may warn of what the headers of an MPI declare.
    execFileSync(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  if (needs.has('c')) make('gcc', 'limits', 'limits', 'measure');
  for (const mpi of ['openmpi', 'mpich'] as const) {
    if (!needs.has(mpi)) continue;
    make(`mpicc.${mpi}`, `${mpi}-messages`, 'messages', 'ranks', 'measure');
    make(`mpicc.${mpi}`, `${mpi}-collectives`, 'collectives', 'ranks', 'measure');
    make(`mpicc.${mpi}`, `${mpi}-ring`, 'ring');
  }
}
