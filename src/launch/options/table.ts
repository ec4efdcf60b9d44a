/** What tsrun knows of one of its options before it sees a command line. */
export interface OptionRow {
  /** As commander reads it: `<X>` is a value that must follow, `[X]` one that may. */
  readonly flags: string;
  /** As `--help` shows it, where that differs. */
  readonly shown?: string;
  /** The key of the value that commander hands back. */
  readonly key: string;
  /** A program option holds for the ranks of one program, a job option for all. */
  readonly scope: 'program' | 'job';
  /** May be given more than once. */
  readonly repeatable?: boolean;
  /** Understood, though only to be refused with a reason: `--help` does not show it. */
  readonly hidden?: boolean;
  readonly group: string;
  readonly about: string;
}

const RANKS = 'Ranks:';
const HOSTS = 'Hosts:';
const STREAMS = 'Output and input:';
const FAILURE = 'Time and failure:';
const OTHER = 'Messages, debugging, help:';

/** Every option of tsrun but `--help` and `--version`, in the order in which help lists them. */
export const OPTIONS: readonly OptionRow[] = [
  {
    flags: '-n, --np <N>',
    shown: '-n, -np, --np N',
    key: 'np',
    scope: 'program',
    group: RANKS,
    about:
      'how many ranks to start (default: one per slot of the hosts, without hosts one per core; where several programs are given, one each)',
  },
  {
    flags: '-x, --env <NAME[=VALUE]>',
    key: 'env',
    scope: 'program',
    repeatable: true,
    group: RANKS,
    about: "set an environment variable; NAME alone takes tsrun's own value; may be repeated",
  },
  {
    flags: '--wdir <DIR>',
    key: 'wdir',
    scope: 'program',
    group: RANKS,
    about: 'folder in which the ranks run (the program is still looked for from here)',
  },
  {
    flags: '--node-args <ARGS>',
    key: 'nodeArgs',
    scope: 'program',
    group: RANKS,
    about: "options for Node itself, split at spaces: '--max-old-space-size=4096'",
  },
  {
    flags: '-H, --host <HOSTS>',
    shown: '-H, --host HOST[:SLOTS][,…]',
    key: 'host',
    scope: 'job',
    group: HOSTS,
    about:
      'the hosts to run on, and how many ranks each takes: node1:4,ada@node2,node[3-6]:2; with --hostfile, which of its hosts',
  },
  {
    flags: '-f, --hostfile <FILE>',
    shown: '-f, --hostfile, --machinefile FILE',
    key: 'hostfile',
    scope: 'job',
    group: HOSTS,
    about: 'a file with a host on each line, as Open MPI or Hydra have it; see hostfile.example',
  },
  {
    flags: '--per-node <N>',
    key: 'perNode',
    scope: 'job',
    group: HOSTS,
    about: 'N ranks on each host, whatever its slots',
  },
  {
    flags: '--map-by <UNIT>',
    shown: '--map-by slot|node',
    key: 'mapBy',
    scope: 'job',
    group: HOSTS,
    about: 'fill one host after the other (the default), or deal the ranks out one by one',
  },
  {
    flags: '--launcher <HOW>',
    shown: "--launcher ssh|slurm|'COMMAND'",
    key: 'launcher',
    scope: 'job',
    group: HOSTS,
    about:
      "how other hosts are reached (default: ssh; in a Slurm allocation srun), or a command: 'kubectl exec -i {host} -- {command}'",
  },
  {
    flags: '--ssh-args <ARGS>',
    key: 'sshArgs',
    scope: 'job',
    group: HOSTS,
    about: "options for ssh, split at spaces: '-F ssh_config'",
  },
  {
    flags: '--node <PATH>',
    key: 'node',
    scope: 'job',
    group: HOSTS,
    about: 'the Node of the other hosts (default: looked for on each)',
  },
  {
    flags: '--iface <NAMES>',
    shown: '--iface NAME|ADDRESS|CIDR[,…]',
    key: 'iface',
    scope: 'job',
    group: HOSTS,
    about:
      'network interfaces for messages between hosts: eth0, 10.1.0.0/16 (default: what answers)',
  },
  {
    flags: '--port-range <A:B>',
    key: 'portRange',
    scope: 'job',
    group: HOSTS,
    about: 'ports for messages between hosts, from A to B (default: any that are free)',
  },
  {
    flags: '--host-timeout <S>',
    key: 'hostTimeout',
    scope: 'job',
    group: HOSTS,
    about: 'a host that is silent for S seconds is lost (default: 8)',
  },
  {
    flags: '--encryption <HOW>',
    shown: '--encryption curve|none',
    key: 'encryption',
    scope: 'job',
    group: HOSTS,
    about:
      'whether messages between hosts are encrypted (default: curve); none still keeps strangers out',
  },
  {
    flags: '--tag [KIND]',
    shown: '--tag [rank|host|time|none]',
    key: 'tag',
    scope: 'job',
    group: STREAMS,
    about:
      'put the rank, rank and host, or rank and time before each line (alone: rank; default: rank on a terminal, nothing else)',
  },
  {
    flags: '--output-dir <DIR>',
    key: 'outputDir',
    scope: 'job',
    group: STREAMS,
    about: 'write to DIR/rank.N.out and DIR/rank.N.err instead, replacing what is there',
  },
  {
    flags: '--json',
    key: 'json',
    scope: 'job',
    group: STREAMS,
    about: 'print each line as a JSON object with rank, host, stream, seq, time and text',
  },
  {
    flags: '--stdin <WHOM>',
    shown: '--stdin RANK|all|none',
    key: 'stdin',
    scope: 'job',
    group: STREAMS,
    about: 'who reads standard input (default: rank 0)',
  },
  {
    flags: '--quiet',
    key: 'quiet',
    scope: 'job',
    group: STREAMS,
    about: 'print nothing of our own but errors',
  },
  {
    flags: '--verbose',
    key: 'verbose',
    scope: 'job',
    group: STREAMS,
    about: 'say what tsrun does and chooses',
  },
  {
    flags: '--timeout <S>',
    key: 'timeout',
    scope: 'job',
    group: FAILURE,
    about: 'end the job after S seconds',
  },
  {
    flags: '--grace <S>',
    key: 'grace',
    scope: 'job',
    group: FAILURE,
    about: 'seconds that ranks get to end before they are killed',
  },
  {
    flags: '--on-failure <DO>',
    shown: '--on-failure kill|continue',
    key: 'onFailure',
    scope: 'job',
    group: FAILURE,
    about: 'what becomes of the other ranks when one fails (default: kill)',
  },
  {
    flags: '--deadlock <DO>',
    shown: '--deadlock end|show|ignore',
    key: 'deadlock',
    scope: 'job',
    group: FAILURE,
    about: 'what is done when ranks wait for each other for ever (default: end)',
  },
  {
    flags: '--transport <NAMES>',
    shown: '--transport NAME[,NAME…]',
    key: 'transport',
    scope: 'job',
    group: OTHER,
    about:
      'how messages travel: shm, zeromq or zeromq-tcp; of a list, the first that can be had (default: shm,zeromq)',
  },
  {
    flags: '--wait <HOW>',
    shown: '--wait spin|adaptive|park',
    key: 'wait',
    scope: 'job',
    group: OTHER,
    about:
      'how ranks that share memory wait: look without end, look and then sleep (the default), or sleep at once',
  },
  {
    flags: '--eager <BYTES>',
    key: 'eager',
    scope: 'job',
    group: OTHER,
    about: 'largest message sent before its receiver asks, as 0, 4096, 64K, 1M, 1G or inf',
  },
  {
    flags: '--coll <OP=ALGORITHM>',
    shown: '--coll OP=ALGORITHM[,…]',
    key: 'coll',
    scope: 'job',
    group: OTHER,
    about:
      'how a collective operation is done, as allreduce=ring (default: by size and number of ranks)',
  },
  {
    flags: '--check',
    key: 'check',
    scope: 'job',
    group: OTHER,
    about:
      'have ranks compare their collective calls, with the lines of both if they differ, and tell what is left unmatched in the end',
  },
  {
    flags: '--inspect [RANKS]',
    shown: '--inspect[=RANKS]',
    key: 'inspect',
    scope: 'job',
    group: OTHER,
    about: 'open a debugger port in each rank, or in those listed: --inspect=0,2-3',
  },
  {
    flags: '--inspect-brk [RANKS]',
    shown: '--inspect-brk[=RANKS]',
    key: 'inspectBrk',
    scope: 'job',
    group: OTHER,
    about: 'the same, and wait for the debugger before the first line',
  },
  {
    flags: '--dry-run',
    key: 'dryRun',
    scope: 'job',
    group: OTHER,
    about: 'show which rank would run what, and start nothing',
  },
];
