/** Cuts a stream of text into lines, and skips those longer than `maxChars`. */
export class LineSplitter {
  readonly #maxChars: number;
  #parts: string[] = [];
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Take in a chunk and return the lines that it completes. */
  push(chunk: string): string[] {
    const pieces = chunk.split('\n');
    const rest = pieces.pop() ?? '';
    const complete: string[] = [];
    for (const piece of pieces) {
      this.#keep(piece);
      if (this.#chars <= this.#maxChars) complete.push(this.#parts.join(''));
      this.#parts = [];
      this.#chars = 0;
    }
    this.#keep(rest);
    return complete;
  }

  #keep(piece: string): void {
    this.#chars += piece.length;
    if (this.#chars <= this.#maxChars) this.#parts.push(piece);
    else this.#parts = [];
  }
}
