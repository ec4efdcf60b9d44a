import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import test from 'ava';
import { foregroundIn } from '../../../src/launch/forward/foreground.ts';
import { Input } from '../../../src/launch/forward/input.ts';
import { onTerminal, terminalReason, textOf, withTerminal } from '../../helpers/terminal.ts';

/** A rank's input that keeps what it gets, and takes it only while open. */
class Sink extends Writable {
  bytes: Buffer = Buffer.alloc(0);
  #shut: boolean;
  #blocked: (() => void) | undefined;

  constructor(shut = false) {
    super();
    this.#shut = shut;
  }

  get text(): string {
    return this.bytes.toString();
  }

  open(): void {
    this.#shut = false;
    this.#blocked?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      done();
    };
    if (this.#shut) this.#blocked = take;
    else take();
  }
}

async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('one rank gets all of it and then the end; the others get the end at once', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 1, ranks: 3, stdin });
  const sinks = [new Sink(), new Sink(), new Sink()];
  for (const [rank, sink] of sinks.entries()) input.attach(rank, sink);
  t.deepEqual(
    sinks.map((sink) => sink.writableEnded),
    [true, false, true],
  );
  stdin.write('early ');
  stdin.end('late');
  await once(sinks[1] as Sink, 'finish');
  t.deepEqual(
    sinks.map((sink) => sink.text),
    ['', 'early late', ''],
  );
});

test('nothing is read before the rank that wants it is there', async (t) => {
  const stdin = new PassThrough();
  stdin.write('waiting');
  const input = new Input({ target: 1, ranks: 2, stdin });
  input.attach(0, new Sink());
  await turn();
  t.is(stdin.readableLength, 7);
  const sink = new Sink();
  input.attach(1, sink);
  await turn();
  t.is(sink.text, 'waiting');
});

test('with none nobody gets anything, and the input is not touched', async (t) => {
  const stdin = new PassThrough();
  stdin.write('x');
  const input = new Input({ target: 'none', ranks: 1, stdin });
  const sink = new Sink();
  input.attach(0, sink);
  await turn();
  input.close();
  t.true(sink.writableEnded);
  t.is(stdin.readableLength, 1);
  t.is(stdin.readableFlowing, null);
});

test('with all every rank gets every byte, though it came before the last was attached', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 'all', ranks: 4, stdin });
  const sinks = [new Sink(), new Sink(), new Sink()];
  stdin.end('for all');
  for (const [rank, sink] of sinks.entries()) {
    input.attach(rank, sink);
    await turn();
    t.is(sink.text, '');
  }
  // A rank that could not be started is not waited for.
  input.detach(3);
  await Promise.all(sinks.map((sink) => once(sink, 'finish')));
  t.deepEqual(
    sinks.map((sink) => sink.text),
    ['for all', 'for all', 'for all'],
  );
});

test('a rank told dead twice does not count for another that is still to come', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 'all', ranks: 2, stdin });
  input.attach(0, new Sink());
  input.detach(0);
  input.detach(0);
  stdin.end('x');
  await turn();
  const sink = new Sink();
  input.attach(1, sink);
  await once(sink, 'finish');
  t.is(sink.text, 'x');
});

test('the slowest sets the pace, until it is gone', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 'all', ranks: 2, stdin });
  const [quick, slow] = [new Sink(), new Sink(true)];
  input.attach(0, quick);
  input.attach(1, slow);
  let offered = 0;
  while (!stdin.isPaused()) {
    stdin.write('x'.repeat(1000));
    offered += 1000;
    await turn();
  }
  t.true(offered < 1_000_000);
  stdin.write('more');
  await turn();
  t.false(quick.text.endsWith('more'));
  slow.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await until(() => quick.text.endsWith('more'));
  t.is(quick.bytes.length, offered + 4);
});

test('a rank that reads late loses nothing', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 0, ranks: 1, stdin });
  const sink = new Sink(true);
  input.attach(0, sink);
  stdin.end(Buffer.alloc(1_000_000, 'abc'));
  await until(() => stdin.isPaused());
  sink.open();
  await once(sink, 'finish');
  t.true(sink.bytes.equals(Buffer.alloc(1_000_000, 'abc')));
});

test('when the last reader is gone the input is left alone', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 0, ranks: 1, stdin });
  const sink = new Sink();
  input.attach(0, sink);
  stdin.write('first');
  await turn();
  input.detach(0);
  t.true(sink.destroyed);
  stdin.write('second');
  await turn();
  t.true(stdin.isPaused());
  t.is(stdin.listenerCount('data'), 0);
  t.is(sink.text, 'first');
});

test('an input that breaks counts as ended', async (t) => {
  const stdin = new PassThrough();
  const input = new Input({ target: 0, ranks: 1, stdin });
  const sink = new Sink();
  input.attach(0, sink);
  stdin.write('begun');
  await turn();
  stdin.destroy(new Error('EISDIR'));
  await once(sink, 'finish');
  t.is(sink.text, 'begun');
});

test('a terminal is read only while it may be, and tells of lines that were typed', async (t) => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  let mine = false;
  let lines = 0;
  const echoed = () => {
    lines += 1;
  };
  const input = new Input({ target: 0, ranks: 1, stdin, echoed, mayRead: () => mine });
  t.teardown(() => input.close());
  const sink = new Sink();
  input.attach(0, sink);
  stdin.write('typed\n');
  await turn();
  t.is(sink.text, '');
  mine = true;
  await until(() => sink.text === 'typed\n');
  t.is(lines, 1);
  mine = false;
  // As the shell does when a job goes on in the background.
  process.emit('SIGCONT', 'SIGCONT');
  t.true(stdin.isPaused());
});

test('the foreground is found in /proc whatever the command is called', (t) => {
  t.true(foregroundIn('12 (node) S 1 12 1 34816 12 0'));
  t.false(foregroundIn('12 (node) S 1 12 1 34816 99 0'));
  t.false(foregroundIn('12 (a) b (12 12) S 1 12 1 34816 99 0'));
  t.true(foregroundIn('12 (node) S 1 12 1 0 -1 0'));
});

/** Read all of stdin slowly or at once, and print how much it was and its hash. */
const READER = `
  const hash = require('node:crypto').createHash('sha256');
  let bytes = 0;
  process.stdin.on('data', (chunk) => { bytes += chunk.length; hash.update(chunk); });
  process.stdin.on('end', () => console.log(bytes + ' ' + hash.digest('hex')));
`;

for (const size of [0, 1, 65_535, 65_536, 65_537, 104_929, 1e7, 1e8]) {
  test(`${size} bytes reach a process exactly`, async (t) => {
    const block = Buffer.alloc(65_536);
    for (let i = 0; i < block.length; i++) block[i] = (i * i) >> 5;
    const hash = createHash('sha256');
    function* blocks() {
      for (let left = size; left > 0; left -= block.length) {
        const piece = block.subarray(0, left);
        hash.update(piece);
        yield piece;
      }
    }
    const child = spawn(process.execPath, ['-e', READER], { stdio: ['pipe', 'pipe', 'inherit'] });
    const input = new Input({ target: 0, ranks: 1, stdin: Readable.from(blocks()) });
    input.attach(0, child.stdin);
    t.is(await textOf(child), `${size} ${hash.digest('hex')}\n`);
  });
}

/** A launcher with one rank, `cat`, that says what the rank printed, and ends when the rank has. */
const LAUNCHER = `
  import { spawn } from 'node:child_process';
  import { Input } from '${new URL('../../../src/launch/forward/input.js', import.meta.url)}';
  const [program, ...args] = process.argv.slice(1);
  const rank = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  const input = new Input({ target: 0, ranks: 1, stdin: process.stdin });
  input.attach(0, rank.stdin);
  rank.on('exit', () => {
    input.detach(0);
    input.close();
    console.log('over');
  });
`;

function launcher(...program: string[]): [string, string[]] {
  return [process.execPath, ['--input-type=module', '-e', LAUNCHER, '--', ...program]];
}

test('the launcher ends with its rank though its own input stays open', async (t) => {
  const child = spawn(...launcher('head', '-c', '5'), { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  child.stdin.write('hello and more');
  t.is(await textOf(child), 'helloover\n');
});

test('a rank that reads nothing of a long input is no error', async (t) => {
  const child = spawn(...launcher('true'), { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  child.stdin.write(Buffer.alloc(5_000_000));
  t.is(await textOf(child), 'over\n');
  t.is(child.exitCode, 0);
});

for (const redirection of ['<&-', '</dev/null', '</']) {
  test(`with ${redirection} the rank sees the end of its input`, async (t) => {
    const [node, args] = launcher('cat');
    const child = spawn('sh', ['-c', `exec "$0" "$@" ${redirection}`, node, ...args], {
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    t.is(await textOf(child), 'over\n');
  });
}

withTerminal(`on a terminal the foreground job reads what is typed${terminalReason}`, async (t) => {
  const [node, args] = launcher('head', '-n', '1');
  const text = await onTerminal(t, 'exec "$NODE" "$@"', 'typed\n', node, args);
  t.regex(text, /typed\r\n(.*\r\n)*over\r\n/);
});

withTerminal(
  `a job in the background is not stopped for its terminal${terminalReason}`,
  async (t) => {
    // Its rank ends by itself, long after there was something to read.
    const [node, args] = launcher('sh', '-c', 'sleep 1; echo done');
    const job = 'set -m; "$NODE" "$@" & wait $!; echo "status $?"';
    const text = await onTerminal(t, job, 'typed\n', node, args);
    t.regex(text, /done\r\nover\r\n(.*\r\n)*status 0\r\n/);
  },
);
