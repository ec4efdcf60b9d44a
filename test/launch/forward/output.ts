import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { Output, type OutputOptions, type StreamName } from '../../../src/launch/forward/output.ts';

/** A destination that keeps what it gets, takes it only while open, and may fail. */
class Screen extends Writable {
  readonly isTTY: boolean;
  bytes: Buffer = Buffer.alloc(0);
  failure: NodeJS.ErrnoException | undefined;
  #blocked: (() => void) | undefined;
  #closed = false;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Take nothing until `open` is called. */
  shut(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    this.#blocked?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const take = () => {
      if (this.failure === undefined) this.bytes = Buffer.concat([this.bytes, chunk]);
      done(this.failure);
    };
    if (this.#closed) this.#blocked = take;
    else take();
  }
}

interface Bench {
  readonly output: Output;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** How often `onClosed` was called. */
  closed(): number;
  /** Let a rank write something; resolves once the launcher has seen it. */
  say(rank: number, text: string | Uint8Array, stream?: StreamName): Promise<void>;
  /** End all streams of all ranks and wait for the output to finish. */
  end(): Promise<void>;
  source(rank: number, stream?: StreamName): PassThrough;
}

function bench(options: Partial<OutputOptions> = {}, terminal = false): Bench {
  const stdout = new Screen(terminal);
  const stderr = new Screen(terminal);
  let closed = 0;
  const ranks = options.ranks ?? 3;
  const output = new Output({
    tag: 'none',
    inspects: false,
    json: false,
    outputDir: undefined,
    ranks,
    hostOf: (rank) => `node${rank}`,
    colour: false,
    now: () => new Date(2026, 0, 2, 3, 4, 5, 67),
    stdout,
    stderr,
    onClosed: () => {
      closed += 1;
    },
    ...options,
  });
  const sources = new Map<string, PassThrough>();
  for (let rank = 0; rank < ranks; rank++) {
    for (const stream of ['stdout', 'stderr'] as const) {
      const source = new PassThrough();
      sources.set(`${rank} ${stream}`, source);
      output.attach(rank, stream, source);
    }
  }
  const source = (rank: number, stream: StreamName = 'stdout') =>
    sources.get(`${rank} ${stream}`) as PassThrough;
  return {
    output,
    stdout,
    stderr,
    source,
    closed: () => closed,
    async say(rank, text, stream) {
      source(rank, stream).write(text);
      await turn();
    },
    async end() {
      for (const one of sources.values()) one.end();
      await output.finish();
    },
  };
}

/** One full turn of the event loop, so that every stream has passed on what it holds. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tsmpi-output-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

test('lines that arrive in parts come out whole and in the order of their ends', async (t) => {
  const { say, end, stdout, stderr } = bench();
  await say(0, 'zero');
  await say(1, 'one\nmore of ');
  await say(2, 'error\n', 'stderr');
  await say(0, ' is here\nand');
  await say(1, 'one\n');
  t.is(stdout.text, 'one\nzero is here\nmore of one\n');
  await say(0, ' there\n');
  await end();
  t.is(stdout.text, 'one\nzero is here\nmore of one\nand there\n');
  t.is(stderr.text, 'error\n');
});

test('lines of 64 KiB are not torn', async (t) => {
  const { say, end, stdout } = bench();
  const line = 'x'.repeat(64 * 1024);
  await say(0, line.slice(0, 40_000));
  await say(1, 'between\n');
  await say(0, line.slice(40_000));
  await say(1, 'between\n');
  await say(0, '\n');
  await end();
  t.is(stdout.text, `between\nbetween\n${line}\n`);
});

test('a longer line is passed on in pieces, and others wait for its end', async (t) => {
  const { source, end, stdout } = bench();
  const piece = 'x'.repeat(70_000);
  // Within one turn of the event loop, so that no load can make the others lose their patience.
  source(0).write(piece);
  source(1).write('one\n');
  source(2).write('two');
  t.is(stdout.text.replaceAll(piece, 'PIECE '), 'PIECE ');
  source(0).write(piece);
  source(0).write('end\n');
  await end();
  t.is(stdout.text.replaceAll(piece, 'PIECE '), 'PIECE PIECE end\none\ntwo');
});

test('when a long line ends with its stream, the others go on at once', async (t) => {
  const { source, end, stdout } = bench();
  const piece = 'x'.repeat(70_000);
  const seen = () => stdout.text.replaceAll(piece, 'PIECE');
  source(1).write('last of one');
  source(0).write(piece);
  source(1).end();
  source(2).write('two\n');
  await new Promise((resolve) => source(1).once('end', resolve));
  t.is(seen(), 'PIECE');
  source(0).end('rest');
  await turn();
  t.is(seen(), 'PIECErest\ntwo\nlast of one');
  await end();
  t.is(seen(), 'PIECErest\ntwo\nlast of one');
});

test('a long line that never ends does not keep the others waiting for good', async (t) => {
  const { say, stdout, end } = bench();
  const piece = 'x'.repeat(70_000);
  await say(0, piece);
  await say(1, 'one\n');
  const seen = () => stdout.text.replaceAll(piece, 'PIECE');
  await until(() => seen() === 'PIECE\none\n');
  await say(0, 'rest\n');
  await end();
  t.is(seen(), 'PIECE\none\nrest\n');
});

test('untagged output of one rank is byte-exact, binary included', async (t) => {
  const { say, end, stdout } = bench({ ranks: 1 });
  const bytes = Buffer.alloc(300_000);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * i) >> 3;
  for (let at = 0; at < bytes.length; at += 7777) await say(0, bytes.subarray(at, at + 7777));
  await end();
  t.true(stdout.bytes.equals(bytes));
});

test('a last line without line end is delivered, and gets one only if others follow', async (t) => {
  const { output, say, source, end, stdout, stderr } = bench();
  await say(0, 'a');
  source(0).end();
  await turn();
  await say(1, 'b\n');
  await say(2, 'c');
  await end();
  output.note('told');
  t.is(stdout.text, 'a\nb\nc');
  t.is(stderr.text, 'told\n');
});

test('a character is never cut, wherever a piece of a line ends', async (t) => {
  const { say, end, stdout } = bench();
  const euros = Buffer.from('€'.repeat(30_000));
  await say(0, euros.subarray(0, 70_000));
  t.is(stdout.text, '€'.repeat(23_333));
  await say(0, euros.subarray(70_000));
  await end();
  t.is(stdout.text, '€'.repeat(30_000));
});

const tags: [OutputOptions['tag'], string][] = [
  ['rank', '[2] '],
  ['host', '[2@node2] '],
  ['time', '[2 03:04:05.067] '],
];
for (const [tag, shown] of tags) {
  test(`with tag ${tag} each line begins with ${shown}and ends`, async (t) => {
    const { say, end, stdout, stderr } = bench({ tag });
    await say(2, 'one\n\ntwo');
    await say(2, 'oops\n', 'stderr');
    await end();
    t.is(stdout.text, `${shown}one\n${shown}\n${shown}two\n`);
    t.is(stderr.text, `${shown}oops\n`);
  });
}

test('no line break of any kind lets a rank write without its tag', async (t) => {
  const { say, end, stdout } = bench({ tag: 'rank' });
  await say(1, 'a\r[0] b\r\nc\vd\fe\u0085f\u2028g\u2029h\r');
  await say(1, '\ri\u00a0\u2027j');
  await say(1, '\n');
  await end();
  const parts = ['a\r', '[0] b\r\n', 'c\v', 'd\f', 'e\u0085', 'f\u2028', 'g\u2029', 'h\r', '\r'];
  t.is(stdout.text, [...parts, 'i\u00a0\u2027j\n'].map((part) => `[1] ${part}`).join(''));
});

test('on a terminal several ranks are told apart, by colour if wanted, and stderr is marked', async (t) => {
  const plain = bench({ tag: 'auto' }, true);
  await plain.say(1, 'a\n');
  await plain.say(1, 'b\n', 'stderr');
  await plain.end();
  t.is(plain.stdout.text, '[1] a\n');
  t.is(plain.stderr.text, '[1!] b\n');
  const coloured = bench({ tag: 'auto', colour: true }, true);
  await coloured.say(0, 'a\n');
  await coloured.say(1, 'b\n');
  await coloured.end();
  t.is(coloured.stdout.text, '\x1b[36m[0]\x1b[0m a\n\x1b[33m[1]\x1b[0m b\n');
});

test('nothing is added for one rank on a terminal, nor in a pipe', async (t) => {
  for (const { say, end, stdout } of [
    bench({ tag: 'auto', ranks: 1, colour: true }, true),
    bench({ tag: 'auto', colour: true }),
  ]) {
    await say(0, 'a\nb');
    await end();
    t.is(stdout.text, 'a\nb');
  }
});

test('a prompt is shown on a terminal though no line end follows', async (t) => {
  const { say, end, stdout } = bench({ tag: 'auto', ranks: 2 }, true);
  await say(0, 'name? ');
  await until(() => stdout.text === '[0] name? ');
  await say(0, 'please? ');
  await until(() => stdout.text === '[0] name? please? ');
  await say(1, 'busy\n');
  await say(0, 'now!\n');
  await end();
  t.is(stdout.text, '[0] name? please? \n[1] busy\n[0] now!\n');
});

const LINE = '\r\x1b[K';

test('progress is shown in one line, below all other text, and stays or goes in the end', async (t) => {
  const { output, say, end, stderr } = bench({}, true);
  output.progress(0, '1 of 3', 'shown');
  output.progress(0, '2 of 3', 'shown');
  t.is(stderr.text, `${LINE}1 of 3${LINE}2 of 3`);
  await say(1, 'text\n', 'stderr');
  const began = `${LINE}1 of 3${LINE}2 of 3${LINE}text\n`;
  t.true(stderr.text.startsWith(began), 'nothing of it is left behind');
  await until(() => stderr.text.endsWith(`text\n${LINE}2 of 3`));
  output.note('tsrun: a note');
  output.progress(0, '3 of 3', 'kept');
  output.progress(0, 'again', 'shown');
  output.progress(0, '', 'gone');
  await say(1, 'more\n', 'stderr');
  await end();
  const [, after] = stderr.text.split(`text\n${LINE}2 of 3`);
  t.is(after, `${LINE}tsrun: a note\n${LINE}3 of 3\n${LINE}again${LINE}more\n`);
});

test('progress breaks no unfinished line off, and is shown once that is over', async (t) => {
  const { output, say, end, stderr } = bench({}, true);
  await say(1, 'name? ', 'stderr');
  await until(() => stderr.text === 'name? ');
  output.progress(0, '1 of 3', 'shown');
  t.is(stderr.text, 'name? ');
  await say(1, 'you\n', 'stderr');
  await until(() => stderr.text === `name? you\n${LINE}1 of 3`);
  output.progress(0, '', 'gone');
  await end();
  t.is(stderr.text, `name? you\n${LINE}1 of 3${LINE}`);
});

test('progress of one rank at a time is shown, on terminals alone', async (t) => {
  const { output, end, stderr } = bench({}, true);
  output.progress(1, 'one', 'shown');
  output.progress(2, 'two', 'shown');
  output.progress(2, '', 'gone');
  output.progress(1, '', 'gone');
  output.progress(2, 'two', 'kept');
  await end();
  t.is(stderr.text, `${LINE}one${LINE}${LINE}two\n`);
  const piped = bench();
  piped.output.progress(0, 'one', 'kept');
  await piped.end();
  t.is(piped.stderr.text, '');
});

test('a prompt that had to wait for a long line is shown after it', async (t) => {
  const { source, stdout, end } = bench({ tag: 'auto', ranks: 2 }, true);
  source(1).write('name? ');
  source(0).write('x'.repeat(70_000));
  await until(() => stdout.text.endsWith('xx\n[1] name? '));
  await end();
  t.true(stdout.text.endsWith('xx\n[1] name? \n'));
});

test('after the user has typed an answer the next text begins a line', async (t) => {
  const { output, say, end, stdout } = bench({ tag: 'auto' }, true);
  await say(0, 'name? ');
  await until(() => stdout.text === '[0] name? ');
  output.echoed();
  await say(0, 'hello\n');
  await end();
  t.is(stdout.text, '[0] name? [0] hello\n');
});

test('a progress bar that never pauses is shown while it moves', async (t) => {
  const { say, stdout, end } = bench({ tag: 'rank' }, true);
  let step = 0;
  await until(() => {
    step += 1;
    void say(0, `\r${step} %`);
    return stdout.text !== '';
  });
  await end();
  // It was not the length of what was written that made it appear.
  t.true(step < 5000);
  t.regex(stdout.text, /^\[0\] \r\[0\] 1 %/);
});

test('in a pipe an unfinished line waits for its end', async (t) => {
  const { say, stdout, end } = bench();
  await say(0, 'name? ');
  await new Promise((resolve) => setTimeout(resolve, 150));
  t.is(stdout.text, '');
  await end();
  t.is(stdout.text, 'name? ');
});

test('a note is whole lines and stands in nobody’s line', async (t) => {
  const { output, say, end, stderr } = bench({ tag: 'rank' }, true);
  await say(0, 'working', 'stderr');
  await until(() => stderr.text !== '');
  output.note('rank 1 is gone');
  output.note('two\nlines\n');
  output.note('');
  await say(0, ' on\n', 'stderr');
  await end();
  t.is(stderr.text, '[0] working\nrank 1 is gone\ntwo\nlines\n[0]  on\n');
});

test('where stdout and stderr lead to one place, one never breaks into a line of the other', async (t) => {
  const both = new Screen();
  const { output, say, end } = bench({ stdout: both, stderr: both });
  await say(0, 'x'.repeat(70_000));
  output.note('note');
  await say(0, 'rest\n');
  await say(0, 'error\n', 'stderr');
  await end();
  t.is(both.text, `${'x'.repeat(70_000)}\nnote\nrest\nerror\n`);
});

test('JSON has a record per line of either stream, on stdout', async (t) => {
  const { output, say, end, stdout, stderr } = bench({ json: true, tag: 'rank' });
  await say(1, 'a "b"\r\n\n');
  await say(1, '€\n', 'stderr');
  await say(0, Buffer.from([0x61, 0xff, 0x0a]));
  await say(1, 'open');
  output.note('told');
  await end();
  const time = new Date(2026, 0, 2, 3, 4, 5, 67).toISOString();
  const one = { rank: 1, host: 'node1', stream: 'stdout' };
  const records = stdout.text.trimEnd().split('\n');
  t.deepEqual(
    records.map((record) => JSON.parse(record)),
    [
      { ...one, seq: 0, time, text: 'a "b"\r' },
      { ...one, seq: 1, time, text: '' },
      { ...one, stream: 'stderr', seq: 2, time, text: '€' },
      { rank: 0, host: 'node0', stream: 'stdout', seq: 0, time, text: 'a\ufffd', base64: 'Yf8=' },
      { ...one, seq: 3, time, text: 'open', newline: false },
    ],
  );
  t.is(
    records[0],
    `{"rank":1,"host":"node1","stream":"stdout","seq":0,"time":"${time}","text":"a \\"b\\"\\r"}`,
  );
  t.is(stderr.text, 'told\n');
});

test('a line too long for one JSON record can be joined again exactly', async (t) => {
  const { say, end, stdout } = bench({ json: true });
  const text = `${'€ü'.repeat(60_000)}\nnext\n`;
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 50_001) await say(0, bytes.subarray(at, at + 50_001));
  await end();
  const records = stdout.text
    .trimEnd()
    .split('\n')
    .map((record) => JSON.parse(record) as { text: string; newline?: false; base64?: string });
  t.true(records.length > 2);
  t.true(records.every((record) => record.base64 === undefined));
  t.is(records.map(({ text, newline }) => (newline === false ? text : `${text}\n`)).join(''), text);
});

test('a folder gets a file per stream, padded and replaced; notes are still printed', async (t) => {
  const outputDir = join(folder(t), 'new', 'er');
  const first = bench({ outputDir, ranks: 11 });
  await first.say(3, 'what was here before\n');
  await first.end();
  const { output, say, end, stdout, stderr } = bench({ outputDir, ranks: 11, tag: 'auto' });
  await say(3, 'out\nlast');
  await say(10, 'err\n', 'stderr');
  output.note('told');
  await end();
  const names = readdirSync(outputDir);
  t.is(names.length, 22);
  t.is(readFileSync(join(outputDir, 'rank.03.out'), 'utf8'), 'out\nlast');
  t.is(readFileSync(join(outputDir, 'rank.10.err'), 'utf8'), 'err\n');
  t.is(readFileSync(join(outputDir, 'rank.00.out'), 'utf8'), '');
  t.is(stdout.text, '');
  t.is(stderr.text, 'told\n');
});

test('a folder that cannot be written costs one note, and the ranks go on', async (t) => {
  const file = join(folder(t), 'file');
  writeFileSync(file, '');
  const { say, end, stderr, closed } = bench({ outputDir: join(file, 'below') });
  await say(0, 'a\n');
  await say(1, 'b\n');
  await end();
  t.regex(stderr.text, /^tsrun: the output of the ranks is no longer written to .*ENOTDIR.*\n$/);
  t.is(closed(), 0);
});

test('a stalled reader stops the ranks, not the launcher, and loses nothing', async (t) => {
  const { say, source, end, stdout } = bench();
  stdout.shut();
  const line = `${'x'.repeat(999)}\n`;
  let offered = 0;
  while (!source(0).isPaused()) {
    await say(0, line.repeat(64));
    offered += 64;
  }
  t.true(offered * line.length < 2 * 1024 * 1024);
  await say(1, line);
  await turn();
  stdout.open();
  await end();
  t.is(stdout.bytes.length, (offered + 1) * line.length);
});

test('when the reader of stdout is gone, it is told once, and stderr goes on', async (t) => {
  const { output, say, end, stdout, stderr, closed } = bench();
  stdout.failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  await say(0, 'a\n');
  await say(1, 'b\n');
  await say(0, 'x'.repeat(3_000_000));
  t.false(stderr.text.includes('EPIPE'));
  await say(0, 'error\n', 'stderr');
  output.note('told');
  await end();
  t.is(closed(), 1);
  t.is(stderr.text, 'error\ntold\n');
});

test('a full disk behind stdout is named', async (t) => {
  const { say, end, stdout, stderr, closed } = bench();
  stdout.failure = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
  await say(0, 'a\n');
  await end();
  t.is(stderr.text, 'tsrun: cannot write to stdout: ENOSPC: no space left\n');
  t.is(closed(), 1);
});

test('the last 20 lines of stderr are kept, even of a rank that is gone', async (t) => {
  const { output, say, source, end } = bench();
  t.deepEqual(output.tail(0), []);
  for (let i = 0; i < 3000; i++) source(0, 'stderr').write(`line ${i} of many\n`);
  await say(0, 'half', 'stderr');
  await say(0, 'not this\n');
  await end();
  const lines = Array.from({ length: 19 }, (_, i) => `line ${2981 + i} of many`);
  t.deepEqual(output.tail(0), [...lines, 'half']);
});

test('the kept lines are bounded in bytes', async (t) => {
  const { output, say, end } = bench();
  await say(0, `first\n${'x'.repeat(10_000)}\n${'y'.repeat(10_000)}\nlast\n`, 'stderr');
  await say(1, 'z'.repeat(100_000), 'stderr');
  await end();
  t.deepEqual(output.tail(0), ['y'.repeat(10_000), 'last']);
  t.deepEqual(output.tail(1), ['z'.repeat(16 * 1024)]);
});

test('an abandoned rank is not waited for, and what it wrote is taken', async (t) => {
  const { output, say, source, stdout } = bench({ ranks: 2 });
  for (const stream of ['stdout', 'stderr'] as const) source(1, stream).end();
  await say(0, 'begun');
  source(0).write(' and done\nopen');
  output.abandon(0);
  output.abandon(0);
  await output.finish();
  t.is(stdout.text, 'begun and done\nopen');
  t.true(source(0).destroyed);
});

test('an abandoned rank whose grandchild goes on writing is not waited for', async (t) => {
  const { output, source, stdout } = bench({ ranks: 1 });
  source(0, 'stderr').end();
  const forever = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(forever));
  const flood = () => {
    if (source(0).destroyed) return;
    source(0).write(`${'x'.repeat(99_999)}\n`);
    setImmediate(flood);
  };
  flood();
  output.abandon(0);
  await output.finish();
  t.true(stdout.bytes.length >= 1024 * 1024);
});

test('a stream that breaks counts as ended', async (t) => {
  const { output, say, source, stdout } = bench({ ranks: 1 });
  source(0, 'stderr').end();
  await say(0, 'begun');
  source(0).destroy(new Error('read ECONNRESET'));
  await output.finish();
  t.is(stdout.text, 'begun');
});

test('with nothing attached there is nothing to wait for', async (t) => {
  await bench({ ranks: 0 }).output.finish();
  t.pass();
});

const LISTENING = 'Debugger listening on ws://127.0.0.1:1/a\n';
const HELP = 'For help, see: https://nodejs.org/en/docs/inspector\n';

test('under --inspect what Node says of a debugger names its rank, and everything else stays as it is', async (t) => {
  const { say, end, stderr, stdout } = bench({ inspects: true, ranks: 2 });
  await say(1, `${LISTENING}${HELP}mine\n`, 'stderr');
  await say(0, 'Debugger lis', 'stderr');
  await say(0, `tening on ws://b\n${HELP}`, 'stderr');
  await say(0, `see ${LISTENING}`, 'stderr');
  await say(1, LISTENING);
  await say(1, 'Debugger attached.\nDebugger mine\nno end', 'stderr');
  await end();
  t.is(
    stderr.text,
    `rank 1: ${LISTENING}mine\nrank 0: Debugger listening on ws://b\nsee ${LISTENING}rank 1: Debugger attached.\nDebugger mine\nno end`,
  );
  t.is(stdout.text, LISTENING);
});

for (const [what, options] of [
  ['without --inspect', { inspects: false }],
  ['of a rank that is alone', { inspects: true, ranks: 1 }],
] as const) {
  test(`what Node says of a debugger ${what} is passed on as it is`, async (t) => {
    const { say, end, stderr } = bench(options);
    await say(0, LISTENING + HELP, 'stderr');
    await end();
    t.is(stderr.text, LISTENING + HELP);
  });
}
