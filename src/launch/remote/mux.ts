import { Readable, Writable } from 'node:stream';
import { FrameKind, FrameReader, frameHead, MOST_BODY_BYTES } from './frame.ts';

/** So much of one stream may be under way before its reader takes it. */
const WINDOW_BYTES = 128 * 1024;
/** Credit is given back in pieces of at least this, to spare frames. */
const LEAST_CREDIT_BYTES = WINDOW_BYTES / 4;

/** A longer message is no message of ours. */
const MOST_MESSAGE_BYTES = 64 * 1024 * 1024;

/** What a mux tells its owner. */
export interface MuxEvents {
  /** A message came: one JSON value, as the other side gave it to `send`. */
  onMessage(message: unknown): void;
  /** Anything came: the other side lives. */
  onHeard?(): void;
  /** Nothing more will come: the pipe has ended, or `error` says what broke it. Called once. */
  onClosed(error?: Error): void;
}

/**
 * Messages and many byte streams over one pipe.
 *
 * Messages are never held up by streams: no more of a stream is sent than its reader has asked for, and both
 * sides always read the pipe. A channel is a number on which both sides agree; it has a stream in each direction.
 */
export class Mux {
  readonly #output: Writable;
  readonly #events: MuxEvents;
  readonly #readers = new Map<number, ChannelReader>();
  readonly #writers = new Map<number, ChannelWriter>();
  #parts: Buffer[] = [];
  #partBytes = 0;
  #closed = false;

  constructor(input: Readable, output: Writable, events: MuxEvents) {
    this.#output = output;
    this.#events = events;
    const frames = new FrameReader((...frame) => this.#take(...frame));
    input.on('data', (chunk: Buffer) => {
      if (this.#closed) return;
      events.onHeard?.();
      try {
        frames.take(chunk);
      } catch (error) {
        this.#close(error as Error);
      }
    });
    input.on('close', () => this.#close());
    input.on('end', () => this.#close());
    input.on('error', (error) => this.#close(error));
    // A pipe that nobody reads any more is closed on the other side too.
    output.on('error', () => {});
  }

  /** Send a message. Never throws; what comes after the end is dropped. */
  send(message: object): void {
    const bytes = Buffer.from(JSON.stringify(message));
    for (let at = 0; at < bytes.length; at += MOST_BODY_BYTES) {
      const part = bytes.subarray(at, at + MOST_BODY_BYTES);
      const isLast = at + MOST_BODY_BYTES >= bytes.length;
      this.#write(0, isLast ? FrameKind.MESSAGE : FrameKind.PART, part);
    }
  }

  /** The stream that the other side sends on a channel. Always the same one. */
  reader(channel: number): Readable {
    let reader = this.#readers.get(channel);
    if (reader === undefined) {
      reader = new ChannelReader({
        grant: (bytes) => this.#writeHead(channel, FrameKind.CREDIT, bytes),
        stop: () => this.#writeHead(channel, FrameKind.STOP, 0),
      });
      this.#readers.set(channel, reader);
      if (this.#closed) reader.push(null);
    }
    return reader;
  }

  /** The stream that this side sends on a channel. Always the same one. */
  writer(channel: number): Writable {
    let writer = this.#writers.get(channel);
    if (writer === undefined) {
      writer = new ChannelWriter({
        data: (bytes) => this.#write(channel, FrameKind.DATA, bytes),
        end: () => this.#writeHead(channel, FrameKind.END, 0),
      });
      this.#writers.set(channel, writer);
      if (this.#closed) writer.destroy();
    }
    return writer;
  }

  /** Take nothing in any more, and end all streams. */
  close(): void {
    this.#close();
  }

  #take(channel: number, kind: number, length: number, body: Buffer): void {
    if (this.#closed) return;
    switch (kind) {
      case FrameKind.DATA:
        // The chunk that the body lies in is held until the stream is read, which its window bounds.
        this.reader(channel).push(body);
        break;
      case FrameKind.END:
        this.reader(channel).push(null);
        break;
      case FrameKind.CREDIT:
        this.writer(channel);
        this.#writers.get(channel)?.grant(length);
        break;
      case FrameKind.STOP:
        this.writer(channel).destroy();
        break;
      default:
        this.#takePart(body, kind === FrameKind.MESSAGE);
    }
  }

  #takePart(body: Buffer, isLast: boolean): void {
    this.#partBytes += body.length;
    if (this.#partBytes > MOST_MESSAGE_BYTES) throw new Error('a message is too long');
    if (!isLast || this.#parts.length > 0) this.#parts.push(Buffer.from(body));
    if (!isLast) return;
    const bytes = this.#parts.length === 0 ? body : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    this.#events.onMessage(JSON.parse(bytes.toString('utf8')));
  }

  #write(channel: number, kind: FrameKind, body: Buffer): void {
    if (!this.#output.writable) return;
    this.#output.cork();
    this.#output.write(frameHead(channel, kind, body.length));
    this.#output.write(body);
    this.#output.uncork();
  }

  #writeHead(channel: number, kind: FrameKind, length: number): void {
    if (this.#output.writable) this.#output.write(frameHead(channel, kind, length));
  }

  #close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const reader of this.#readers.values()) reader.push(null);
    for (const writer of this.#writers.values()) writer.destroy();
    this.#events.onClosed(error);
  }
}

interface ReaderEffects {
  grant(bytes: number): void;
  stop(): void;
}

/** One stream that comes in. */
class ChannelReader extends Readable {
  readonly #effects: ReaderEffects;
  /** Bytes that the other side may still send. */
  #window = WINDOW_BYTES;
  #ended = false;

  constructor(effects: ReaderEffects) {
    super({ highWaterMark: WINDOW_BYTES / 2 });
    this.#effects = effects;
    this.on('error', () => {});
  }

  override push(chunk: Buffer | null): boolean {
    if (this.#ended || this.destroyed) return false;
    this.#ended = chunk === null;
    this.#window -= chunk?.length ?? 0;
    return super.push(chunk);
  }

  override _read(): void {
    // What lies here unread is less than the high-water mark, so there is room for a whole window beside it.
    const used = WINDOW_BYTES - this.#window;
    if (this.#ended || used < LEAST_CREDIT_BYTES) return;
    this.#window += used;
    this.#effects.grant(used);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Whoever writes would wait for credit for ever.
    if (!this.#ended) this.#effects.stop();
    this.#ended = true;
    done(error);
  }
}

interface WriterEffects {
  data(bytes: Buffer): void;
  end(): void;
}

/** One stream that goes out. */
class ChannelWriter extends Writable {
  readonly #effects: WriterEffects;
  #credit = WINDOW_BYTES;
  #waiting: { bytes: Buffer; done: () => void } | undefined;

  constructor(effects: WriterEffects) {
    super({ highWaterMark: WINDOW_BYTES / 2 });
    this.#effects = effects;
    this.on('error', () => {});
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#send(waiting.bytes, waiting.done);
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#send(bytes, done);
  }

  override _final(done: () => void): void {
    this.#effects.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Somebody who waits for the write is told by the end of the stream.
    this.#waiting = undefined;
    done(error);
  }

  #send(bytes: Buffer, done: () => void): void {
    let at = 0;
    while (at < bytes.length && this.#credit > 0) {
      const piece = bytes.subarray(at, at + Math.min(this.#credit, MOST_BODY_BYTES));
      this.#effects.data(piece);
      this.#credit -= piece.length;
      at += piece.length;
    }
    if (at === bytes.length) done();
    else this.#waiting = { bytes: bytes.subarray(at), done };
  }
}
