import test from 'ava';
import { UsageError } from '../../../src/launch/options/usage-error.ts';
import { bootstrapCommand, quoteLine } from '../../../src/launch/remote/bootstrap.ts';
import { startBySlurm, startBySsh, startByTemplate } from '../../../src/launch/remote/command.ts';

const HOST = { name: 'node1', slots: 1 };
const COMMAND = ['/bin/sh', '-c', 'echo $0 "$1"; ls *', '', '{host}'];

test('ssh gets options, then the name behind --, then one word for the login shell to read', (t) => {
  const start = startBySsh(['-F', 'my config']);
  const words = start.commandFor(HOST, COMMAND);
  t.is(start.name, 'ssh');
  t.deepEqual(words.slice(0, 3), ['ssh', '-F', 'my config']);
  t.deepEqual(words.slice(-4), ['-T', '--', 'node1', quoteLine(COMMAND)]);
  // Whatever is set first counts for ssh, so the user's own come before ours.
  t.true(words.indexOf('-F') < words.indexOf('BatchMode=yes'));
  t.true(words.includes('ConnectTimeout=10'));
});

test('ssh gets a user and a port as options of their own, and an address as it is', (t) => {
  const host = { name: 'fe80::1', user: 'ada', port: 2222, slots: 1 };
  const words = startBySsh([]).commandFor(host, COMMAND);
  t.deepEqual(words.slice(-7), ['-p', '2222', '-l', 'ada', '--', 'fe80::1', quoteLine(COMMAND)]);
});

test('srun gets one task on that host, beside whatever runs there, and the words as they are', (t) => {
  const start = startBySlurm();
  const words = start.commandFor(HOST, COMMAND);
  t.is(start.name, 'srun');
  // Variables of Slurm's that say otherwise are taken out of the way.
  t.is(words[0], 'env');
  t.true(words.includes('srun'));
  for (const word of ['--overlap', '--nodelist=node1', '--nodes=1', '--ntasks=1']) {
    t.true(words.includes(word), word);
  }
  t.deepEqual(words.slice(-COMMAND.length), COMMAND);
});

const LINE = quoteLine(COMMAND);

for (const [template, words] of [
  ['docker exec -i {host} {command}', ['docker', 'exec', '-i', 'node1', ...COMMAND]],
  [
    'kubectl exec -i pod/{host} -- {command}',
    ['kubectl', 'exec', '-i', 'pod/node1', '--', ...COMMAND],
  ],
  ['sh -c "{command}"', ['sh', '-c', LINE]],
  ["sh -c 'cd / && exec {command}'", ['sh', '-c', `cd / && exec ${LINE}`]],
  ['su {user} -c "{command}" -p {port}', ['su', '', '-c', LINE, '-p', '']],
  ['run "{host} {host}" x{command}', ['run', 'node1 node1', `x${LINE}`]],
  ['run {other} {command}', ['run', '{other}', ...COMMAND]],
  ['  run\t{command}  ""  ', ['run', ...COMMAND, '']],
] as const) {
  test(`the template ${template} becomes these words`, (t) => {
    t.deepEqual(startByTemplate(template).commandFor(HOST, COMMAND), words);
  });
}

test('user and port are filled in where they stand, and nothing that is filled in is read again', (t) => {
  const host = { name: '{command}', user: '{host}', port: 22, slots: 1 };
  const start = startByTemplate('ssh2 {user}@{host}:{port} {command}');
  t.deepEqual(start.commandFor(host, ['x']), ['ssh2', '{host}@{command}:22', 'x']);
});

for (const template of [
  '',
  ' ',
  'docker exec {host}',
  '{host}',
  'sh -c "{command}',
  "'{command}",
]) {
  test(`the template '${template}' is refused`, (t) => {
    t.throws(() => startByTemplate(template), { instanceOf: UsageError, message: /^--launcher / });
  });
}

test('the command that starts an agent can be quoted for every shell', (t) => {
  t.notThrows(() =>
    startByTemplate('sh -c "{command}"').commandFor(HOST, bootstrapCommand(undefined)),
  );
});
