/** The text that `--help` prints after the options. */
export const HELP_END = `
What follows the program's name is the program's, as it stands. A ':' alone always separates one
program from the next, so no program can be given ':' as an argument. Ranks count on from one program
to the next. -n, -x, --wdir and --node-args hold for one program; all other options for the job, and
may stand before any of its programs, each once. '--' ends the options of tsrun.

'tsrun bench' measures how fast messages are here, see tsrun bench --help; './bench' is a program.
'tsrun doctor -f hosts.txt' tells whether a job could run on these hosts, and what is in its way, see
tsrun doctor --help; './doctor' is a program.
'srun -n 4 npx tsrun join ring.ts' makes one job of ranks that srun, mpirun or mpiexec starts, see
tsrun join --help; './join' is a program.

Examples:
  tsrun -n 4 ring.ts                          four ranks of one program
  tsrun -n 4 --tag time solve.ts --steps 10   with rank and time before each line
  tsrun -n 1 master.ts : -n 3 worker.ts       rank 0 runs master.ts, ranks 1-3 worker.ts
  tsrun -f hosts.txt -n 8 ring.ts             on the hosts of a file, over ssh
  tsrun -H node1:4,node2:4 --dry-run ring.ts  show which rank runs where
  tsrun -n 2 --inspect-brk=1 ring.ts          debug rank 1 from its first line
`;
