import { fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { SpawnedName } from '../supervise/names.ts';
import { Cursor } from './cursor.ts';
import { DebuggerLines } from './debugger-lines.ts';
import { Files } from './files.ts';
import { type Format, JsonLines, RAW, Tagged } from './format.ts';
import { Lane } from './lane.ts';
import { Sink } from './sink.ts';
import { StatusLine } from './status-line.ts';
import { tagger } from './tag.ts';
import { Tail } from './tail.ts';

/** The two streams on which a rank speaks. */
export type StreamName = 'stdout' | 'stderr';

/** What the output of a job depends on. */
export interface OutputOptions {
  /** `auto` tags by rank what goes to a terminal, if there is more than one rank, and spawned ones in any case. */
  readonly tag: 'none' | 'rank' | 'host' | 'time' | 'auto';
  /** One JSON object per line, both streams on stdout. Says all that a tag could say. */
  readonly json: boolean;
  /** Write to files in this folder; nothing of the ranks is printed then. */
  readonly outputDir: string | undefined;
  readonly ranks: number;
  hostOf(rank: number): string;
  /** What a process is called that was spawned. Left out: none is. */
  spawnedName?(rank: number): SpawnedName | undefined;
  /** `--inspect`: where no tag does, what Node says of a debugger names its rank; of several ranks. */
  readonly inspects: boolean;
  /** Colour the tags on terminals. */
  readonly colour: boolean;
  now(): Date;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Called once, when nothing more can be written to stdout: its reader is gone, or its disk is full. */
  onClosed(): void;
}

/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;

/** Where text goes, and what stands there last. */
interface Destination {
  readonly sink: Sink;
  readonly cursor: Cursor;
}

/**
 * The output of all ranks, joined so that no line is torn.
 *
 * - Lines up to 64 KiB are never mixed with others. A longer one is passed on in pieces, and keeps the
 *   others waiting for at most 250 ms.
 * - Untagged output is passed on byte for byte, with two exceptions: where a stream ends without a line
 *   end, or a line stays unfinished for too long, and somebody else's text follows, a line end is put
 *   between; and what Node says of debuggers names its rank. Tagged output always ends with a line end.
 * - On a terminal a line without end, a prompt, is shown after 100 ms.
 * - While a destination takes nothing, the ranks' pipes are left unread, so memory stays bounded.
 */
export class Output {
  readonly #options: OutputOptions;
  readonly #stdout: Destination;
  readonly #stderr: Destination;
  readonly #files: Files | undefined;
  readonly #lanes = new Map<Lane, number>();
  readonly #tails = new Map<number, Tail>();
  readonly #records = new Map<number, number>();
  /** The rank whose progress stands there, and its line. */
  #status: { readonly rank: number; readonly line: StatusLine } | undefined;
  #onLanesEnded: (() => void)[] = [];

  constructor(options: OutputOptions) {
    this.#options = options;
    const stdout = new Sink(options.stdout, (error) => {
      if (error.code !== 'EPIPE') this.note(`tsrun: cannot write to stdout: ${error.message}`);
      options.onClosed();
    });
    this.#stdout = { sink: stdout, cursor: new Cursor() };
    // Two streams that each wait for room in one pipe would tear each other's lines, so one serves both.
    this.#stderr = sameEnd(options.stdout, options.stderr)
      ? this.#stdout
      : // Nobody is left who could be told that stderr has failed.
        { sink: new Sink(options.stderr, () => {}), cursor: new Cursor() };
    const { outputDir, ranks } = options;
    if (outputDir !== undefined) {
      this.#files = new Files(outputDir, ranks, (text) => this.note(`tsrun: ${text}`));
    }
  }

  /** Pass on everything that comes from one stream of one rank. */
  attach(rank: number, stream: StreamName, source: Readable): void {
    const { sink, cursor } = this.#destination(rank, stream);
    const lane: Lane = new Lane({
      source,
      sink,
      cursor,
      format: this.#format(rank, stream, sink),
      tail: stream === 'stderr' ? this.#tail(rank) : undefined,
      onEnd: () => this.#ended(lane),
    });
    this.#lanes.set(lane, rank);
  }

  /** Print text of the launcher itself on stderr: whole lines, never inside a line of a rank. */
  note(text: string): void {
    if (text === '') return;
    const { sink, cursor } = this.#stderr;
    cursor.enter(undefined, sink);
    sink.write(Buffer.from(text.endsWith('\n') ? text : `${text}\n`));
  }

  /**
   * Show how far a rank has come, in one line below everything; only on a terminal. Of several ranks the first is shown until
   * its line ends.
   *
   * @param state  whether more will follow, or the line is to stay as it is, or to go
   */
  progress(rank: number, text: string, state: 'shown' | 'kept' | 'gone'): void {
    const { sink, cursor } = this.#stderr;
    if (!sink.isTerminal) return;
    const stream = this.#options.stderr as { readonly columns?: number };
    if (state !== 'gone') {
      const columns = (): number => stream.columns || USUAL_COLUMNS;
      this.#status ??= { rank, line: new StatusLine({ sink, cursor, columns }) };
    }
    if (this.#status?.rank !== rank) return;
    if (state !== 'gone') this.#status.line.show(text);
    if (state === 'shown') return;
    this.#status.line.end(state === 'kept');
    this.#status = undefined;
  }

  /** Resolve once every attached stream has ended or was abandoned, and all of it is written. */
  async finish(): Promise<void> {
    if (this.#lanes.size > 0) {
      await new Promise<void>((resolve) => this.#onLanesEnded.push(resolve));
    }
    await this.#files?.close();
    await Promise.all([this.#stdout.sink.flushed(), this.#stderr.sink.flushed()]);
  }

  /**
   * Wait no longer for streams of this rank that are still open: a process that it started holds them.
   *
   * What the rank itself wrote is taken, then the streams are closed.
   */
  abandon(rank: number): void {
    for (const [lane, owner] of this.#lanes) if (owner === rank) lane.abandon();
  }

  /** The last lines that this rank wrote to stderr, at most 20, oldest first. */
  tail(rank: number): readonly string[] {
    return this.#tails.get(rank)?.lines() ?? [];
  }

  /** Take note that the terminal has shown a line that the user typed: the next text begins a line. */
  echoed(): void {
    for (const { sink, cursor } of [this.#stdout, this.#stderr]) {
      if (sink.isTerminal) cursor.echoed();
    }
  }

  #destination(rank: number, stream: StreamName): Destination {
    if (this.#files !== undefined) {
      return {
        sink: this.#files.open(rank, stream, this.#options.spawnedName?.(rank)),
        cursor: new Cursor(),
      };
    }
    return stream === 'stdout' || this.#options.json ? this.#stdout : this.#stderr;
  }

  #format(rank: number, stream: StreamName, sink: Sink): Format {
    const { tag, json, ranks, inspects, colour, now } = this.#options;
    const host = this.#options.hostOf(rank);
    const spawned = this.#options.spawnedName?.(rank);
    if (json) {
      const nextSeq = (): number => this.#nextSeq(rank);
      return new JsonLines({ rank, ...spawned, host, stream, now, nextSeq });
    }
    const automatic = tag === 'auto';
    const alone = ranks === 1 && spawned === undefined;
    if (tag === 'none' || (automatic && (alone || !sink.isTerminal))) {
      const named = inspects && !alone && this.#files === undefined && stream === 'stderr';
      return named ? new DebuggerLines(rankName(rank, spawned)) : RAW;
    }
    const kind = automatic ? 'rank' : tag;
    const marked = automatic && stream === 'stderr';
    const coloured = colour && sink.isTerminal;
    return new Tagged(tagger({ kind, rank, spawned, host, now, marked, coloured }));
  }

  #tail(rank: number): Tail {
    const tail = new Tail();
    this.#tails.set(rank, tail);
    return tail;
  }

  #nextSeq(rank: number): number {
    const seq = this.#records.get(rank) ?? 0;
    this.#records.set(rank, seq + 1);
    return seq;
  }

  #ended(lane: Lane): void {
    this.#lanes.delete(lane);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#onLanesEnded.splice(0)) resolve();
  }
}

function rankName(rank: number, spawned: SpawnedName | undefined): string {
  return spawned === undefined ? `rank ${rank}` : `rank ${spawned.rank} of ${spawned.program}`;
}

/** Tell whether text on both streams ends up in one place: `2>&1`, or one terminal. */
function sameEnd(one: Writable, other: Writable): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((stream) => (stream as { fd?: number }).fd);
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  try {
    const [here, there] = [fstatSync(a), fstatSync(b)];
    return here.dev === there.dev && here.ino === there.ino && here.rdev === there.rdev;
  } catch {
    return false;
  }
}
