/** Every frame begins with its length. */
const LENGTH_BYTES = 4;

/** Groups of a thousand ranks tell each other less than this. */
const MOST_BYTES = 16 * 2 ** 20;

/** Cuts a stream of bytes into the frames that were put into it. */
export class FrameSplitter {
  #bytes: Uint8Array = new Uint8Array(0);

  /** Take in a chunk. @returns the frames that it completes @throws Error if that is no stream of frames */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    const view = new DataView(bytes.buffer);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at + LENGTH_BYTES <= bytes.length) {
      const length = view.getUint32(at);
      if (length > MOST_BYTES) throw new Error('a frame is too long');
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) break;
      frames.push(bytes.slice(at + LENGTH_BYTES, end));
      at = end;
    }
    this.#bytes = bytes.slice(at);
    return frames;
  }
}

/** Write a frame. */
export function frameOf(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + content.length);
  new DataView(frame.buffer).setUint32(0, content.length);
  frame.set(content, LENGTH_BYTES);
  return frame;
}
