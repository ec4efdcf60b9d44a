import test from 'ava';
import { typedFor } from '../../../src/launch/doctor/by-hand.ts';
import { startBySsh, startByTemplate } from '../../../src/launch/remote/command.ts';

const node1 = { name: 'node1', user: 'ada', port: 2222, slots: 1 };

test('a command on another host is written as one types it here', (t) => {
  t.regex(
    typedFor(startBySsh(['-F', 'my config']), node1, ['cat']),
    /^ssh -F 'my config' -o BatchMode=yes .*-p 2222 -l ada -- node1 cat$/,
  );
  t.regex(typedFor(startBySsh([]), node1, ['node', '--version']), / node1 'node --version'$/);
  t.is(
    typedFor(startByTemplate('docker exec -i {host} {command}'), node1, ['node', '--version']),
    'docker exec -i node1 node --version',
  );
  t.is(typedFor(startByTemplate('sh -c "{command}"'), node1, ['cat']), 'sh -c cat');
});

test('one on this host needs no way there', (t) => {
  t.is(typedFor(undefined, node1, ['touch', '/a b']), "touch '/a b'");
});
