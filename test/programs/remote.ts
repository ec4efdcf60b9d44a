import { createHash, randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import test from 'ava';
import { onTwoHosts } from '../helpers/on-two-hosts.ts';
import { lineOf, plain } from '../helpers/run.ts';

test('a ring goes round over two hosts, and its output is all there is', async (t) => {
  const end = await onTwoHosts(t, ['ring.ts']);
  t.like(end, { code: 0, stdout: 'P0P1P2P3\n', stderr: '' });
});

test('a host that is named once has its ranks, wherever in the list it stands', async (t) => {
  const end = await onTwoHosts(t, ['--map-by', 'node', '-n', '5', '--quiet', 'ring.ts'], {
    hosts: 'a,b,c',
  });
  t.like(end, { code: 0, stdout: 'P0P1P2P3P4\n', stderr: '' });
});

test('20 MB from two hosts, written right before process.exit, are printed as they are', async (t) => {
  const lines = 200_000;
  const { code, bytes } = await onTwoHosts(t, ['--per-node', '1', 'print.ts', 'much', `${lines}`]);
  t.is(code, 0);
  t.is(bytes.length, 2 * 50 * lines);
  const printed = bytes.toString().split('\n');
  for (const rank of [0, 1]) {
    const own = printed.filter((line) => line.startsWith(`rank ${rank} `));
    t.true(own.every((line, index) => line === `rank ${rank} ${index}`.padEnd(49)));
    t.is(own.length, lines);
  }
});

test('--tag host puts the host before each line, --json in each object', async (t) => {
  const tagged = await onTwoHosts(t, ['--per-node', '1', '--tag', 'host', 'print.ts', 'both']);
  t.is(tagged.code, 0);
  t.deepEqual(tagged.stdout.trimEnd().split('\n').sort(), [
    '[0@a] out of 0',
    '[0@a] ä "quoted" \\',
    '[1@b] out of 1',
    '[1@b] ä "quoted" \\',
  ]);
  const json = await onTwoHosts(t, ['--per-node', '1', '--json', 'print.ts', 'both']);
  const records = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(
    records.map(({ rank, host, stream, text }) => `${rank} ${host} ${stream} ${text}`).sort(),
    ['a', 'b'].flatMap((host, rank) => [
      `${rank} ${host} stderr err of ${rank}`,
      `${rank} ${host} stdout out of ${rank}`,
      `${rank} ${host} stdout ä "quoted" \\`,
    ]),
  );
});

function digest(rank: number, input: Uint8Array): string {
  const hash = createHash('sha256').update(input).digest('hex');
  return `rank ${rank} read ${input.length} bytes ${hash}`;
}

const NOTHING = new Uint8Array(0);

for (const [whom, sizes] of [
  ['0', [0, 1, 65_535, 65_537, 10_000_000]],
  ['1', [65_537]],
  ['all', [0, 65_537, 10_000_000]],
  ['none', [65_537]],
] as const) {
  for (const bytes of sizes) {
    test(`${bytes} bytes of input reach hosts as they are, by --stdin ${whom}`, async (t) => {
      const stdin = randomBytes(bytes);
      const end = await onTwoHosts(t, ['--per-node', '1', '--stdin', whom, 'digest.ts'], {
        stdin,
      });
      t.is(end.code, 0, end.stderr);
      const given = [0, 1].map((rank) => (whom === 'all' || whom === `${rank}` ? stdin : NOTHING));
      t.deepEqual(
        end.stdout.trim().split('\n').sort(),
        given.map((input, rank) => digest(rank, input)),
      );
    });
  }
}

test('input that no rank reads keeps nobody from ending', async (t) => {
  const end = await onTwoHosts(t, ['ring.ts'], { stdin: randomBytes(10_000_000) });
  t.like(end, { code: 0, stdout: 'P0P1P2P3\n', stderr: '' });
});

test('a rank that closes its input keeps no other from having it', async (t) => {
  const stdin = randomBytes(10_000_000);
  const end = await onTwoHosts(t, ['--per-node', '1', '--stdin', 'all', 'digest.ts', '1'], {
    stdin,
  });
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(end.stdout.trim().split('\n').sort(), [
    digest(0, stdin),
    'rank 1 has closed its input',
  ]);
});

test('a throw on another host is told with its lines, and who needed that rank', async (t) => {
  const end = await onTwoHosts(t, ['fail.ts', 'async function', '3', 'receive']);
  t.is(end.code, 1);
  t.regex(end.stderr, /^tsrun: rank 3 \(b\) failed: Error: boom\n/);
  const lines = plain(end.stderr);
  t.deepEqual(lines.slice(0, 3), [
    'tsrun: rank 3 failed: Error: boom',
    `  at failLater (${lineOf('fail.ts', 'throw new Error')})`,
    `  at async <anonymous> (${lineOf('fail.ts', 'await failLater')})`,
  ]);
  t.regex(end.stderr, /\ntsrun: ranks? 0.* needed rank 3 \(b\) and failed at /);
});

for (const [how, code] of [
  ['exit 7', 7],
  ['exit 256', 255],
  ['exitCode 5', 5],
] as const) {
  test(`${how} of a rank on another host ends the job with ${code}`, async (t) => {
    const others = how.startsWith('exitCode') ? 'finalize.ts twice'.split(' ') : ['ring.ts'];
    const end = await onTwoHosts(t, ['-n', '1', ...others, ':', '-n', '1', 'fail.ts', how, '1'], {
      hosts: 'a,b',
    });
    t.is(end.code, code, end.stderr);
    t.regex(end.stderr, new RegExp(`^tsrun: rank 1 \\(b.*\\) exited with code ${code}`));
  });
}

test('a rank that a signal kills on another host is named with host and process', async (t) => {
  const end = await onTwoHosts(t, ['--per-node', '1', 'die.ts', 'SIGKILL']);
  t.is(end.code, 137);
  t.regex(end.stderr, /^tsrun: rank 1 \(b, pid \d+\) was killed by SIGKILL \(exit code 137\)/);
});

test('--dry-run shows which host has which ranks, and starts nothing', async (t) => {
  const end = await onTwoHosts(t, ['--dry-run', 'ring.ts'], { launcher: 'false {command}' });
  t.like(end, { code: 0, stderr: '' });
  t.is(end.stdout, 'rank 0-1  a  ring.ts\nrank 2-3  b  ring.ts\n');
});

test('a folder that a host lacks is told in one line, and its ranks run at home', async (t) => {
  const args = ['-n', '1', '--wdir', '/no/such folder', 'facts.ts'];
  const { code, stdout, stderr } = await onTwoHosts(t, args);
  t.is(code, 0);
  t.is(JSON.parse(stdout).cwd, homedir());
  t.is(
    stderr,
    `tsrun: host a: there is no folder /no/such folder; its ranks run in ${homedir()}\n`,
  );
});
