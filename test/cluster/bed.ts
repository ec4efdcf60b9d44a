import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'ava';
import type { Bed } from '../../scripts/cluster/bed/bed.ts';
import { command, tryCommand } from '../../scripts/cluster/bed/command.ts';
import { prefixOf } from '../../scripts/cluster/bed/network.ts';
import { ROOT } from '../../scripts/cluster/bed/places.ts';
import { openBed } from '../helpers/cluster.ts';

/** What comes of a connection to the sshd of a host, from this machine or from another host. */
type Answer = 'greets' | 'silent' | 'refused';

/** Longer than anything takes that is not lost. */
const SILENCE_MS = 700;

function answerOf(host: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22 });
    const end = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(SILENCE_MS, () => end('silent'));
    socket.once('data', () => end('greets'));
    socket.once('error', () => end('refused'));
  });
}

/** Whether one host reaches another. */
async function reaches(bed: Bed, from: string, to: string): Promise<boolean> {
  const script = `exec 3<>/dev/tcp/${bed.host(to).address}/22`;
  const args = [String(SILENCE_MS / 1000), 'bash', '-c', script];
  return await bed
    .host(from)
    .run('timeout', ...args)
    .then(
      () => true,
      () => false,
    );
}

function ssh(bed: Bed, host: string, ...words: readonly string[]): Promise<string> {
  return command('ssh', ['-F', bed.sshConfig, host, ...words]).then((text) => text.trim());
}

test('each host is a machine of its own, whatever one asks it', async (t) => {
  const bed = await openBed(t, { hosts: 2 });
  const questions = [
    'hostname',
    'cat /etc/hostname',
    'cat /etc/machine-id',
    'cat /proc/sys/kernel/random/boot_id',
    'touch /dev/shm/$(hostname) && ls /dev/shm',
    'readlink /proc/self/ns/net',
  ];
  for (const question of questions) {
    const answers = await Promise.all(['node1', 'node2'].map((host) => ssh(bed, host, question)));
    t.not(answers[0], answers[1], question);
  }
  t.is(await ssh(bed, 'node1', 'ssh', 'node2', 'hostname'), 'node2');
  t.is(await ssh(bed, bed.host('node2').address6, 'hostname'), 'node2');
  t.is(await ssh(bed, 'node2', 'id', '-un'), 'root');
});

test('a private host sees Node, and neither this package, nor homes, nor temporary files', async (t) => {
  const bed = await openBed(t, { hosts: 2, private: ['node2'], decoy: true });
  t.is(await ssh(bed, 'node2', 'node', '--version'), process.version);
  t.is(await ssh(bed, 'node1', 'ls', '-d', ROOT), ROOT);
  await t.throwsAsync(ssh(bed, 'node2', 'ls', '-d', ROOT), { message: /No such file/ });
  t.is(
    await ssh(
      bed,
      'node2',
      'ls',
      '-A',
      '/root',
      '/home',
      '/var/tmp',
      '/dev/shm',
      '|',
      'grep',
      '-v',
      ':',
      '|',
      'xargs',
    ),
    '',
  );
  t.regex(await ssh(bed, 'node2', 'node -p "os.networkInterfaces().docker0[0].address"'), /^172\./);
  await ssh(bed, 'node2', 'touch', '/tmp/own');
  t.true(existsSync(bed.host('node2').path('/tmp/own')));
  t.false(existsSync('/tmp/own'));
});

test('hosts end, vanish, fall silent and come back', async (t) => {
  const bed = await openBed(t, { hosts: 3 });
  const host = bed.host('node2');
  const ask = (): Promise<Answer> => answerOf(host.address);
  t.is(await ask(), 'greets');

  await bed.cut('node2');
  t.is(await ask(), 'silent');
  await bed.restore('node2');
  t.is(await ask(), 'greets');

  bed.pause('node2');
  t.is(await ask(), 'silent');
  await bed.restore('node2');
  t.is(await ask(), 'greets');

  await bed.split('node1', 'node2');
  t.false(await reaches(bed, 'node1', 'node2'));
  t.true(await reaches(bed, 'node3', 'node2'));
  await bed.restore('node2');
  t.true(await reaches(bed, 'node1', 'node2'));

  await host.kill();
  t.is(await ask(), 'refused');
  await bed.restore('node2');
  t.is(await ask(), 'greets');

  await host.crash();
  t.is(await ask(), 'silent');
  await bed.restore('node2');
  t.is(await ask(), 'greets');
});

test('who is connected to a host sees it end, but not vanish', async (t) => {
  const bed = await openBed(t, { hosts: 2 });
  for (const [name, seen] of [
    ['node1', 'end'],
    ['node2', 'nothing'],
  ] as const) {
    const host = bed.host(name);
    const socket = connect({ host: host.address, port: 22 });
    await new Promise((resolve) => socket.once('data', resolve));
    const news = new Promise((resolve) => {
      socket.once('close', () => resolve('end'));
      socket.once('error', () => {});
      socket.setTimeout(SILENCE_MS, () => resolve('nothing'));
    });
    await (seen === 'end' ? host.kill() : host.crash());
    t.is(await news, seen);
    socket.destroy();
  }
});

test('a limited host sends no faster than it may', async (t) => {
  const bed = await openBed(t, { hosts: 1 });
  await bed.rate('node1', 50);
  const started = performance.now();
  await ssh(bed, 'node1', 'head -c 4000000 /dev/zero | tr "\\0" x');
  const mbits = 32e3 / (performance.now() - started);
  t.true(mbits < 60, `${mbits} Mbit/s`);
});

test('two beds know nothing of each other, and nothing is left of one that is closed', async (t) => {
  const [one, other] = await Promise.all([openBed(t, { hosts: 2 }), openBed(t, { hosts: 1 })]);
  t.not(one.number, other.number);
  const sleeping = one.host('node1').spawn('sleep', ['1000']);
  await new Promise((resolve) => sleeping.once('spawn', resolve));
  await one.close();
  t.false(existsSync(one.folder));
  const remains = new RegExp(`${prefixOf(one.number)}\\b`);
  t.notRegex(await tryCommand('ip', ['-o', 'link', 'show']), remains);
  t.notRegex(await tryCommand('ip', ['netns', 'list']), remains);
  t.notRegex(readFileSync('/proc/mounts', 'utf8'), remains);
  // Another bed may have a number that begins with the one of this.
  const ofOne = new RegExp(`${one.folder}\\b`);
  t.deepEqual(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLine)
      .filter((line) => ofOne.test(line)),
    [],
  );
  t.is(await ssh(other, 'node1', 'hostname'), 'node1');
  await one.close();
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
