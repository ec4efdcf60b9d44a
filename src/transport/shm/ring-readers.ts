import type { RingReader } from './ring-reader.ts';

/** The most records of one peer that are taken in before it is the turn of the next. */
const RECORDS_AT_ONCE = 32;

/** The rings of all from whom frames can come. */
export class RingReaders {
  /** Never changed, only replaced: it may be amid a look. */
  #readers: readonly RingReader[] = [];
  readonly #onError: (error: Error) => void;
  /** A record is being taken in. */
  reading = false;

  /** @param onError  who took in a frame has thrown */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  add(readers: readonly RingReader[]): void {
    this.#readers = [...this.#readers, ...readers];
  }

  /** Take in what is here, as long as it is wanted; false if nothing was. */
  readAll(wanted: () => boolean): boolean {
    // Who takes in a frame may say anew that frames are wanted, in the midst of the record.
    if (this.reading) return false;
    this.reading = true;
    let found = false;
    try {
      const readers = this.#readers;
      for (let at = 0; at < readers.length; at += 1) {
        const reader = readers[at] as RingReader;
        let records = 0;
        while (records < RECORDS_AT_ONCE && reader.read()) {
          found = true;
          records += 1;
          if (!wanted()) break;
        }
        if (found && !wanted()) break;
      }
    } catch (error) {
      this.#onError(error as Error);
    }
    this.reading = false;
    return found;
  }

  /** Take in all that those have left who write no more, and look there no more. */
  finish(sources: readonly number[]): void {
    const isOver = ({ source }: RingReader): boolean => sources.includes(source);
    this.reading = true;
    try {
      for (const reader of this.#readers.filter(isOver)) while (reader.read());
    } catch (error) {
      this.#onError(error as Error);
    }
    this.reading = false;
    this.#readers = this.#readers.filter((reader) => !isOver(reader));
  }
}
