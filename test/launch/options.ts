import test from 'ava';
import { parseCommandLine } from '../../src/launch/command-line.ts';
import {
  type CommandLineContext,
  type JobOptions,
  type ProgramOptions,
  UsageError,
} from '../../src/launch/options.ts';

const context: CommandLineContext = {
  version: '1.2.3',
  cores: 6,
  env: { HOME: '/home/me' },
  cwd: '/',
  host: 'here',
};

const plainProgram: ProgramOptions = {
  ranks: 6,
  ranksGiven: false,
  program: 'p.ts',
  args: [],
  env: {},
  wdir: undefined,
  nodeArgs: [],
};

const plainJob: JobOptions = {
  hosts: undefined,
  hostfile: undefined,
  perNode: undefined,
  mapBy: 'slot',
  launcher: undefined,
  sshArgs: [],
  node: undefined,
  interfaces: [],
  portRange: undefined,
  hostTimeoutSeconds: 8,
  encrypt: true,
  programs: [plainProgram],
  tag: 'auto',
  outputDir: undefined,
  json: false,
  quiet: false,
  stdin: 0,
  timeoutSeconds: undefined,
  graceSeconds: undefined,
  transports: ['shm', 'zeromq'],
  wait: 'adaptive',
  eagerBytes: 32768,
  choices: {},
  check: false,
  inspect: undefined,
  dryRun: false,
  verbose: false,
  onFailure: 'kill',
  onDeadlock: 'end',
};

function job(argv: readonly string[]): JobOptions {
  const line = parseCommandLine(argv, context);
  if (line.kind !== 'run') throw new Error(`printed: ${line.text}`);
  return line.job;
}

/** The line that a user sees for a mistake. */
function mistake(argv: readonly string[]): string {
  try {
    parseCommandLine(argv, context);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no mistake';
}

test('a program alone gets one rank per core and all defaults', (t) => {
  t.deepEqual(job(['p.ts']), plainJob);
});

const forOneProgram: [argv: string[], options: Partial<ProgramOptions>][] = [
  [['-n', '4'], { ranks: 4, ranksGiven: true }],
  [['-n4'], { ranks: 4, ranksGiven: true }],
  [['-np', '4'], { ranks: 4, ranksGiven: true }],
  [['-np4'], { ranks: 4, ranksGiven: true }],
  [['--np', '4096'], { ranks: 4096, ranksGiven: true }],
  [['--np=1'], { ranks: 1, ranksGiven: true }],
  [['-x', 'A=1', '--env', 'B=a=b', '--env=C='], { env: { A: '1', B: 'a=b', C: '' } }],
  [['-x', 'HOME'], { env: { HOME: '/home/me' } }],
  [['-x', 'A=1', '-x', 'A=2'], { env: { A: '2' } }],
  [['--wdir', 'some where'], { wdir: 'some where' }],
  [['--wdir', '-np'], { wdir: '-np' }],
  [
    ['--node-args', `--max-old-space-size=64  --require "./a b.js" --title='x "y"' ''`],
    { nodeArgs: ['--max-old-space-size=64', '--require', './a b.js', '--title=x "y"', ''] },
  ],
];

for (const [argv, options] of forOneProgram) {
  test(`${argv.join(' ')} holds for the program`, (t) => {
    t.deepEqual(job([...argv, 'p.ts']), {
      ...plainJob,
      programs: [{ ...plainProgram, ...options }],
    });
  });
}

test('a variable called __proto__ is a variable', (t) => {
  const env = job(['-x', '__proto__=1', 'p.ts']).programs[0]?.env ?? {};
  t.deepEqual(Object.entries(env), [['__proto__', '1']]);
});

const forTheJob: [argv: string[], options: Partial<JobOptions>][] = [
  [['--tag'], { tag: 'rank' }],
  [['--tag', 'rank'], { tag: 'rank' }],
  [['--tag', 'host'], { tag: 'host' }],
  [['--tag=time'], { tag: 'time' }],
  [['--tag', 'none'], { tag: 'none' }],
  [['--output-dir', 'out'], { outputDir: 'out' }],
  [['--json'], { json: true }],
  [['--quiet'], { quiet: true }],
  [['--verbose'], { verbose: true }],
  [['--stdin', '5'], { stdin: 5 }],
  [['--stdin', 'all'], { stdin: 'all' }],
  [['--stdin=none'], { stdin: 'none' }],
  [['--timeout', '1.5'], { timeoutSeconds: 1.5 }],
  [['--grace', '0'], { graceSeconds: 0 }],
  [['--grace', '.25'], { graceSeconds: 0.25 }],
  [['--transport', 'zeromq'], { transports: ['zeromq'] }],
  [['--transport', 'zeromq-tcp'], { transports: ['zeromq-tcp'] }],
  [['--transport', 'zeromq-tcp, shm'], { transports: ['zeromq-tcp', 'shm'] }],
  [['--wait', 'park'], { wait: 'park' }],
  [['--coll', 'broadcast=binomial'], { choices: { broadcast: 'binomial' } }],
  [['--check'], { check: true }],
  [['--eager', '0'], { eagerBytes: 0 }],
  [['--eager', '100'], { eagerBytes: 100 }],
  [['--eager', '4k'], { eagerBytes: 4096 }],
  [['--eager', '4K'], { eagerBytes: 4096 }],
  [['--eager', '2M'], { eagerBytes: 2 * 1024 ** 2 }],
  [['--eager', '3G'], { eagerBytes: 3 * 1024 ** 3 }],
  [['--eager', 'inf'], { eagerBytes: Number.POSITIVE_INFINITY }],
  [['--inspect'], { inspect: { mode: 'inspect', ranks: 'all' } }],
  [['--inspect=3'], { inspect: { mode: 'inspect', ranks: [3] } }],
  [['--inspect-brk'], { inspect: { mode: 'inspect-brk', ranks: 'all' } }],
  [['--inspect-brk=2-4,0,3'], { inspect: { mode: 'inspect-brk', ranks: [0, 2, 3, 4] } }],
  [['--dry-run'], { dryRun: true }],
  [['-H', 'h:6'], { hosts: 'h:6' }],
  [['--host=h[1-6]'], { hosts: 'h[1-6]' }],
  [['--per-node', '6'], { perNode: 6 }],
  [['--map-by', 'node'], { mapBy: 'node' }],
  [['--launcher', 'ssh', '-H', 'h:6'], { launcher: 'ssh', hosts: 'h:6' }],
  [['--launcher', 'sh -c "{command}"', '-Hh:6'], { launcher: 'sh -c "{command}"', hosts: 'h:6' }],
  [['--ssh-args', "-F 'ssh config' -v"], { sshArgs: ['-F', 'ssh config', '-v'] }],
  [['--node', '/opt/node/bin/node'], { node: '/opt/node/bin/node' }],
  [['--iface', 'eth0'], { interfaces: ['eth0'] }],
  [
    ['--iface', '10.1.0.0/16, ::1,br-0a1b,fd00::/8,1.2.3.4'],
    { interfaces: ['10.1.0.0/16', '::1', 'br-0a1b', 'fd00::/8', '1.2.3.4'] },
  ],
  [['--port-range', '40000:40100'], { portRange: { first: 40000, last: 40100 } }],
  [['--port-range', '1:1'], { portRange: { first: 1, last: 1 } }],
  [['--host-timeout', '1.5'], { hostTimeoutSeconds: 1.5 }],
  [['--encryption', 'none'], { encrypt: false }],
  [['--encryption=curve'], { encrypt: true }],
  [['--on-failure', 'continue'], { onFailure: 'continue' }],
  [['--on-failure=kill'], { onFailure: 'kill' }],
];

for (const [argv, options] of forTheJob) {
  test(`${argv.join(' ')} holds for the job`, (t) => {
    t.deepEqual(job([...argv, 'p.ts']), { ...plainJob, ...options });
  });
}

test('what follows the program is the program’s, as it stands', (t) => {
  const args = ['-n', '5', '--x', 'a b', '', '--help', '--timeout', '-np', '--', '-x', '::'];
  t.deepEqual(job(['-n', '2', 'p.ts', ...args]), {
    ...plainJob,
    programs: [{ ...plainProgram, ranks: 2, ranksGiven: true, args }],
  });
});

test('-- ends the options, so that a program may begin with a dash', (t) => {
  t.deepEqual(job(['-n', '2', '--', '-p.ts', '--', '-n']).programs, [
    { ...plainProgram, ranks: 2, ranksGiven: true, program: '-p.ts', args: ['--', '-n'] },
  ]);
});

test('a lone colon separates programs, which get one rank each unless told otherwise', (t) => {
  const argv = ['--json', 'a.ts', '-n', ':', '-n', '3', '-x', 'A=1', '--stdin', '3', 'b.ts', ':x'];
  t.deepEqual(job(argv), {
    ...plainJob,
    json: true,
    stdin: 3,
    programs: [
      { ...plainProgram, ranks: 1, program: 'a.ts', args: ['-n'] },
      {
        ...plainProgram,
        ranks: 3,
        ranksGiven: true,
        program: 'b.ts',
        args: [':x'],
        env: { A: '1' },
      },
    ],
  });
});

test('one program gets a rank for each slot of the hosts, or so many on each host', (t) => {
  t.is(job(['-H', 'a:3,b[1-2]', 'p.ts']).programs[0]?.ranks, 5);
  t.is(job(['-H', 'a:3,b[1-2]', '--per-node', '4', 'p.ts']).programs[0]?.ranks, 12);
  t.is(job(['-H', 'a:3,b', '-n', '1', '--per-node', '4', 'p.ts']).programs[0]?.ranks, 1);
  t.is(job(['-H', 'a:3,b', 'a.ts', ':', 'b.ts']).programs[1]?.ranks, 1);
});

test('the hosts come with the job', (t) => {
  const line = parseCommandLine(['-H', 'a:2,b', 'p.ts'], context);
  if (line.kind !== 'run') return t.fail();
  t.is(line.allocation.source, 'host list');
  t.deepEqual(
    line.allocation.hosts.map(({ name, slots }) => `${name}:${slots}`),
    ['a:2', 'b:1'],
  );
});

const mistakes: [argv: string[], message: string][] = [
  [[], 'no program is given; usage: tsrun [options] program.ts [args…]; see tsrun --help'],
  [['-n', '2'], 'no program is given; usage: tsrun [options] program.ts [args…]; see tsrun --help'],
  [
    ['p.ts', ':'],
    'program 2 of 2 is missing; usage: tsrun [options] program.ts [args…]; see tsrun --help',
  ],
  [
    [':', 'p.ts'],
    'program 1 of 2 is missing; usage: tsrun [options] program.ts [args…]; see tsrun --help',
  ],
  ...['0', 'x', '-1', '1.5', '1e9', '4097', '', '0x2'].map((n): [string[], string] => [
    ['-n', n, 'p.ts'],
    `-n '${n}': the number of ranks is a whole number from 1 to 4096`,
  ]),
  [
    ['-n', '4000', 'a.ts', ':', '-n', '97', 'b.ts'],
    'the programs ask for 4097 ranks together; the limit is 4096',
  ],
  [['--timout', '3', 'p.ts'], "unknown option '--timout' (did you mean '--timeout'?)"],
  [['--zzz', 'p.ts'], "unknown option '--zzz'; see tsrun --help"],
  [['-q', 'p.ts'], "unknown option '-q'; here that is --quiet"],
  [['-ppn', '2', 'p.ts'], "unknown option '-ppn'; here that is --per-node N"],
  [
    ['--oversubscribe', '-n', '9', 'p.ts'],
    "unknown option '--oversubscribe'; more ranks than slots or processors may be started without it, but in an allocation of Slurm",
  ],
  [
    ['--mpi=pmix', 'p.ts'],
    "unknown option '--mpi=pmix'; how messages travel is for --transport, --eager and --coll",
  ],
  [['-5', 'p.ts'], "unknown option '-5'; see tsrun --help"],
  [['--new\nline', 'p.ts'], "unknown option '--new\\nline'; see tsrun --help"],
  [['-n'], '-n needs a value: -n, -np, --np N'],
  [['--timeout'], '--timeout needs a value: --timeout S'],
  [['p.ts', ':', '-x'], '-x needs a value: -x, --env NAME[=VALUE]'],
  [['--quiet', '--quiet', 'p.ts'], '--quiet is given twice; once is enough'],
  [['-n', '1', '--np=2', 'p.ts'], '-n, -np, --np N is given twice; once is enough'],
  [
    ['--json', 'a.ts', ':', '--json', 'b.ts'],
    '--json holds for the whole job; give it before one program only',
  ],
  [['--quiet', '--verbose', 'p.ts'], '--quiet and --verbose exclude each other; give one of them'],
  [
    ['--inspect', '--inspect-brk', 'p.ts'],
    '--inspect and --inspect-brk exclude each other; give one of them',
  ],
  [
    ['-x', '1A=2', 'p.ts'],
    "-x '1A=2': '1A' is no name of a variable; letters, digits and '_' make one, and no digit comes first",
  ],
  [
    ['-x', 'NOWHERE', 'p.ts'],
    '-x NOWHERE: there is no NOWHERE in the environment of tsrun; export it, or write -x NOWHERE=VALUE',
  ],
  [
    ['-x', 'toString', 'p.ts'],
    '-x toString: there is no toString in the environment of tsrun; export it, or write -x toString=VALUE',
  ],
  [['--tag=color', 'p.ts'], "--tag 'color': give rank, host, time or none"],
  [['--stdin', '7', '-n', '4', 'p.ts'], "--stdin '7': give ranks from 0 to 3, all or none"],
  [['--stdin', '1', '-n', '1', 'p.ts'], "--stdin '1': give rank 0, all or none"],
  [['--stdin', '-1', 'p.ts'], "--stdin '-1': give ranks from 0 to 5, all or none"],
  ...['0', '-1', 'x', '1e9', '2147484'].map((s): [string[], string] => [
    ['--timeout', s, 'p.ts'],
    `--timeout '${s}': give a number of seconds above 0 and at most 2147483`,
  ]),
  [['--grace', '-1', 'p.ts'], "--grace '-1': give a number of seconds from 0 to 2147483"],
  [['--on-failure', 'retry', 'p.ts'], "--on-failure 'retry': give kill or continue"],
  [['--transport', 'ucx', 'p.ts'], "--transport 'ucx': there are shm, zeromq and zeromq-tcp"],
  [
    ['--transport', 'shm,ucx', 'p.ts'],
    "--transport 'shm,ucx': there are shm, zeromq and zeromq-tcp",
  ],
  [['--wait', 'long', 'p.ts'], "--wait 'long': give spin, adaptive or park"],
  ...['-1', 'x', '1T', '1.5K', '99999999999G'].map((bytes): [string[], string] => [
    ['--eager', bytes, 'p.ts'],
    `--eager '${bytes}': give a number of bytes such as 0, 4096, 64K, 1M or 1G, or inf`,
  ]),
  [
    ['-n', '4', '--inspect=9', 'p.ts'],
    "--inspect=9: '9' names no ranks of this job; give ranks from 0 to 3, as in --inspect=0,2-3",
  ],
  [
    ['-n', '4', '--inspect-brk=0,3-2', 'p.ts'],
    "--inspect-brk=0,3-2: '3-2' names no ranks of this job; give ranks from 0 to 3, as in --inspect-brk=0,2-3",
  ],
  ...['0', 'x', '4097', ''].map((n): [string[], string] => [
    ['--per-node', n, 'p.ts'],
    `--per-node '${n}': the number of ranks on each host is a whole number from 1 to 4096`,
  ]),
  [['--map-by', 'core', 'p.ts'], "--map-by 'core': give slot or node"],
  [['-H', 'a', '-H', 'b', 'p.ts'], '-H, --host HOST[:SLOTS][,…] is given twice; once is enough'],
  [
    ['-H', 'a', 'a.ts', ':', '-H', 'b', 'b.ts'],
    '-H holds for the whole job; give it before one program only',
  ],
  [
    ['-f', 'a', '--machinefile=b', 'p.ts'],
    '-f, --hostfile, --machinefile FILE is given twice; once is enough',
  ],
  [['--machinefile'], '--machinefile needs a value: -f, --hostfile, --machinefile FILE'],
  [
    ['--launcher', 'rsh', '-H', 'a', 'p.ts'],
    "--launcher 'rsh': give ssh, slurm, or a command with {command} in it, as in 'kubectl exec -i {host} -- {command}'",
  ],
  [
    ['--launcher', "a '{command}", '-H', 'a', 'p.ts'],
    "--launcher 'a '{command}': the quote ' is never closed",
  ],
  [
    ['--ssh-args', 'node1 -v', 'p.ts'],
    "--ssh-args 'node1 -v': options of ssh start with '-'; hosts are given with -H or --hostfile",
  ],
  [['--node', '', 'p.ts'], '--node is empty; give the path of Node on the other hosts'],
  ...['', 'eth0,', '-x', '10.0.0.0/33', '300.1.1.1', 'dead:beef', 'a b', '$(id)'].map(
    (iface): [string[], string] => [
      ['--iface', iface, 'p.ts'],
      `--iface '${iface}': '${iface.split(',').at(-1)}' is no name of an interface, no IP address and no network; write eth0, 10.1.2.3 or 10.1.0.0/16`,
    ],
  ),
  ...['40000', '2:1', '0:5', '1:65536', ':5', '5:', 'a:b', '1-5', '1:2:3'].map(
    (range): [string[], string] => [
      ['--port-range', range, 'p.ts'],
      `--port-range '${range}': give the first and the last port, from 1 to 65535, as in 40000:40100`,
    ],
  ),
  ...['0', '0.5', '3601'].map((s): [string[], string] => [
    ['--host-timeout', s, 'p.ts'],
    `--host-timeout '${s}': give a number of seconds from 1 to 3600`,
  ]),
  [
    ['--host-timeout', 'x', 'p.ts'],
    "--host-timeout 'x': give a number of seconds from 0 to 2147483",
  ],
  [['--encryption', 'tls', 'p.ts'], "--encryption 'tls': give curve or none"],
  [['--wdir=', 'p.ts'], '--wdir is empty; give a folder'],
  [['--output-dir', '', 'p.ts'], '--output-dir is empty; give a folder'],
  [['--node-args', "--a 'b", 'p.ts'], "--node-args '--a 'b': the quote ' is never closed"],
  [
    ['--node-args', 'other.js', 'p.ts'],
    "--node-args 'other.js': options of Node start with '-'; arguments of the program follow its name",
  ],
];

for (const [argv, message] of mistakes) {
  test(`tsrun ${JSON.stringify(argv)} is a mistake, told in one line`, (t) => {
    t.is(mistake(argv), message);
  });
}

test('a value of any length and content makes a message of one short line', (t) => {
  const message = mistake(['-n', `\u2028\x1b[2J${'x'.repeat(100_000)}`, 'p.ts']);
  t.true(message.length < 200);
  t.regex(message, /^-n '\\u2028\\x1b\[2Jx/);
});

test('--version prints the version', (t) => {
  t.deepEqual(parseCommandLine(['--version'], context), { kind: 'print', text: '1.2.3\n' });
});

test('--help wins over what is wrong elsewhere, and shows every option and examples', (t) => {
  for (const argv of [['--help'], ['-h'], ['-n', 'x', '--help'], ['p.ts', ':', '--help']]) {
    const line = parseCommandLine(argv, context);
    if (line.kind !== 'print') return t.fail();
    for (const [option] of [...forOneProgram, ...forTheJob]) {
      t.true(line.text.includes(option[0]?.replace(/=.*|\d+$/, '') ?? ''), option[0]);
    }
    t.regex(line.text, /^Usage: tsrun \[options\] program\.ts/);
    t.regex(line.text, /Examples:\n {2}tsrun /);
    t.true(line.text.split('\n').every((text) => text.length <= 102));
  }
});
