/** What is written here in place of it. */
const HERE: ReadonlyMap<string, readonly string[]> = new Map([
  ['-n N', ['-ntasks', '--ntasks']],
  ['--per-node N', ['-ppn', '--ppn', '-perhost', '--npernode', '--ntasks-per-node']],
  ['-H HOSTS', ['-w', '-host', '-hosts', '--hosts', '--nodelist']],
  ['-f FILE', ['-hostfile', '-machinefile', '--default-hostfile']],
  ['-x NAME=VALUE', ['-env', '-genv', '--export']],
  ['--wdir DIR', ['-wdir', '-wd', '--wd', '-D', '--chdir']],
  ['--tag', ['-l', '--label', '-prepend-rank', '--prepend-rank', '--tag-output']],
  ['--output-dir DIR', ['-o', '--output', '--output-filename', '-outfile-pattern']],
  ['--dry-run', ['--display', '--display-map', '--display-allocation', '--do-not-launch']],
  ['--on-failure continue', ['--continuous', '--enable-recovery', '-disable-auto-cleanup']],
  ['--on-failure kill', ['-K', '--kill-on-bad-exit']],
  ['--quiet', ['-q']],
  ['--verbose', ['-v', '-verbose', '--debug-devel']],
  ['--version', ['-V', '-version']],
]);

/** What needs no option here, or has none. */
const WITHOUT: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'more ranks than slots or processors may be started without it, but in an allocation of Slurm',
    ['--oversubscribe', '-oversubscribe', '--overcommit', '-O', '--use-hwthread-cpus'],
  ],
  ['root may start a job without it', ['--allow-run-as-root']],
  [
    'the system chooses the processors of ranks',
    ['--bind-to', '-bind-to', '--cpu-bind', '--cpus-per-task'],
  ],
  ['how messages travel is for --transport, --eager and --coll', ['--mca', '-mca', '--mpi']],
]);

/** Tell what an option of mpirun, mpiexec or srun is here, to go on after its name; undefined if it is none of theirs. */
export function describeOfOthers(option: string): string | undefined {
  const name = option.split('=', 1)[0] as string;
  for (const [here, theirs] of HERE) if (theirs.includes(name)) return `here that is ${here}`;
  for (const [text, theirs] of WITHOUT) if (theirs.includes(name)) return text;
  return undefined;
}
