import test from 'ava';
import { isThisHost, startFor } from '../../../src/launch/remote/start-for.ts';

for (const [name, own, same] of [
  ['localhost', 'laptop', true],
  ['127.0.0.1', 'laptop', true],
  ['::1', 'laptop', true],
  ['laptop', 'laptop', true],
  ['laptop.lan', 'laptop', true],
  ['laptop', 'laptop.lan', true],
  ['laptop.lan', 'laptop.lan', true],
  ['laptop.lan', 'laptop.org', false],
  ['laptop2', 'laptop', false],
  ['lap', 'laptop', false],
  ['node1', 'laptop', false],
  ['127.0.0.2', 'laptop', false],
] as const) {
  test(`on ${own}, ${name} is ${same ? 'this' : 'another'} host`, (t) => {
    t.is(isThisHost({ name, slots: 1 }, own), same);
  });
}

test('who names a user or a port wants another way in, even to this host', (t) => {
  t.false(isThisHost({ name: 'localhost', user: 'ada', slots: 1 }, 'laptop'));
  t.false(isThisHost({ name: 'laptop', port: 2222, slots: 1 }, 'laptop'));
});

test('without --launcher ssh starts what is to run on other hosts, and nothing what is to run here', (t) => {
  const start = startFor({ launcher: undefined, sshArgs: [] }, 'laptop');
  t.is(start({ name: 'laptop', slots: 1 }), undefined);
  t.is(start({ name: 'node1', slots: 1 })?.name, 'ssh');
});

for (const [launcher, name] of [
  ['ssh', 'ssh'],
  ['slurm', 'srun'],
  ['docker exec -i {host} {command}', 'docker'],
] as const) {
  test(`--launcher ${launcher} starts on every host, this one as well, by ${name}`, (t) => {
    const start = startFor({ launcher, sshArgs: [] }, 'laptop');
    t.is(start({ name: 'laptop', slots: 1 })?.name, name);
    t.is(start({ name: 'node1', slots: 1 })?.name, name);
  });
}
