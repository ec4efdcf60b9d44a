import test from 'ava';
import { type DoctorOptions, parseDoctorOptions } from '../../../src/launch/doctor/options.ts';
import { UsageError } from '../../../src/launch/options/usage-error.ts';

const context = { version: '1.2.3', cores: 6, env: {}, cwd: '/', host: 'laptop' };

function read(...argv: readonly string[]): DoctorOptions {
  const command = parseDoctorOptions(argv, context);
  if (command.kind !== 'run') throw new Error(command.text);
  return command.options;
}

test('hosts and ways to them are given as to tsrun', (t) => {
  const { allocation, sshArgs, node, interfaces, portRange, json } = read(
    ...['-H', 'node[1-2]:4', '--ssh-args', '-F config', '--node', '/opt/node'],
    ...['--iface', 'eth0', '--port-range', '4000:4010', '--json'],
  );
  t.deepEqual(
    allocation.hosts.map(({ name, slots }) => `${name}:${slots}`),
    ['node1:4', 'node2:4'],
  );
  t.deepEqual(
    { sshArgs, node, interfaces, portRange, json },
    {
      sshArgs: ['-F', 'config'],
      node: '/opt/node',
      interfaces: ['eth0'],
      portRange: { first: 4000, last: 4010 },
      json: true,
    },
  );
});

test('without hosts it is this one', (t) => {
  t.deepEqual(
    read().allocation.hosts.map(({ name }) => name),
    ['laptop'],
  );
});

for (const [argv, message] of [
  [['ring.ts'], /'ring\.ts' is no option.*tsrun \.\/doctor/],
  [['-n', '4'], /see tsrun doctor --help/],
  [['--launcher', 'ssh {host}'], /\{command\}/],
  [['--json', '--json'], /given twice/],
] as const) {
  test(`what cannot be meant is a mistake: ${argv.join(' ')}`, (t) => {
    t.throws(() => read(...argv), { instanceOf: UsageError, message });
  });
}

test('--help tells of the steps and of the exit code', (t) => {
  const help = parseDoctorOptions(['--help'], context);
  const text = help.kind === 'print' ? help.text : '';
  t.regex(text, /^Usage: tsrun doctor/);
  t.regex(text, /--ssh-args ARGS/);
  t.notRegex(text, /--timeout/);
  t.regex(text, /exit code is 0/);
});
