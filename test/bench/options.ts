import test from 'ava';
import { type BenchOptions, parseBenchOptions } from '../../src/bench/options.ts';

const CONTEXT = { version: '0', cores: 2, env: {}, cwd: '/', host: 'here' };

function read(line: string): BenchOptions {
  const command = parseBenchOptions(line.split(' ').filter(Boolean), CONTEXT);
  if (command.kind === 'print') throw new Error(command.text);
  return command.options;
}

test('without options everything is measured, three times', (t) => {
  t.deepEqual(read(''), {
    tests: [
      ...['latency', 'bandwidth', 'rate', 'ring', 'barrier', 'broadcast', 'allreduce', 'alltoall'],
      ...['store', 'pool', 'launch', 'spawn', 'memory', 'idle'],
    ],
    sizes: [0, 8, 64, 1024, 16_384, 65_536, 1_048_576, 16_777_216, 67_108_864],
    whats: ['array', 'fresh-array', 'dict', 'rows', 'floats', 'number'],
    seconds: 0.3,
    rounds: 3,
    ranks: {
      ring: [2, 4, 8],
      collectives: [2, 4],
      store: [1, 8],
      launch: [1, 2, 4, 16],
      spawn: [2, 4],
      memory: [4, 16],
    },
    series: [{ name: 'default', args: [] }],
    json: undefined,
    html: undefined,
  });
});

test('lists may be separated by commas or spaces, or repeated', (t) => {
  const sizes = [0, 8, 65_536, 16 * 2 ** 20];
  for (const line of [
    '--sizes 0,8,64K,16m',
    '--sizes 0 8 64K 16M',
    '--sizes 0,8 --sizes 64k,16M',
  ]) {
    t.deepEqual(read(line).sizes, sizes, line);
  }
});

test('tests and contents come in their own order, each once', (t) => {
  t.deepEqual(read('--tests ring,latency,ring').tests, ['latency', 'ring']);
  t.deepEqual(read('--what floats dict').whats, ['dict', 'floats']);
});

test('-n holds for all tests with several numbers of ranks', (t) => {
  const ranks = [2, 3];
  const all = {
    ring: ranks,
    collectives: ranks,
    store: ranks,
    launch: ranks,
    spawn: ranks,
    memory: ranks,
  };
  t.deepEqual(read('-n 2,3 3').ranks, all);
});

test('several transports are compared, each passed on to tsrun as it is', (t) => {
  const series = [
    { name: 'zeromq', args: ['--transport', 'zeromq'] },
    { name: 'zeromq-tcp,zeromq', args: ['--transport', 'zeromq-tcp,zeromq'] },
  ];
  t.deepEqual(read('--transport zeromq zeromq-tcp,zeromq').series, series);
  t.deepEqual(read('--transport zeromq --transport zeromq-tcp,zeromq').series, series);
});

test('--quick measures less, but for what is asked for', (t) => {
  const quick = read('--quick --rounds 5 --sizes 8');
  t.deepEqual(quick.sizes, [8]);
  t.is(quick.rounds, 5);
  t.true(quick.seconds < read('').seconds);
  t.deepEqual(quick.ranks.launch, [2]);
});

for (const [line, message] of [
  ['--tests lateness', /^--tests 'lateness': there are latency, bandwidth, /],
  ['--what arrays', /^--what 'arrays': there are array, fresh-array, /],
  ['--tests ,', /^--tests ',': the list is empty$/],
  ['--sizes 8,x', /^--sizes 'x': give numbers of bytes/],
  ['--sizes 99999999999G', /^--sizes '99999999999G': give numbers of bytes/],
  ['--rounds 0', /^--rounds '0': give a whole number from 1 to 1000$/],
  ['--rounds 1.5', /^--rounds '1\.5'/],
  ['--seconds 0', /^--seconds '0': give a number of seconds above 0/],
  ['--seconds fast', /^--seconds 'fast'/],
  ['-n 0', /^-n '0': the number of ranks is a whole number from 1/],
  ['--transport pigeon', /^--transport 'pigeon': there are /],
  ['--json', /^option '--json <FILE>' argument missing; see tsrun bench --help$/],
  ['--json --quick', /^'--quick' is no value of an option/],
  ['--json a --json b', /^'a' and 'b' are given for one option/],
  ['--roudns 1', /^unknown option '--roudns' \(did you mean '--rounds'\?\)$/],
  ['ring.ts', /^'ring\.ts' is no option; .* tsrun \.\/bench$/],
] as const) {
  test(`${line} is refused in one line`, (t) => {
    const error = t.throws(() => read(line), { message });
    t.false(error.message.includes('\n'));
    t.true(['OptionError', 'UsageError'].includes(error.name));
  });
}
