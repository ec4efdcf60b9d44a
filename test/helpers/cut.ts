import { Transform } from 'node:stream';

/** Cut bytes into pieces of these lengths, over and over; in one piece if there are none. */
export function cutAt(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  if (lengths.length === 0) return [bytes];
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** A stream that hands on what it gets in pieces of these lengths, and what is written next some time later. */
export function cutter(lengths: readonly number[]): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const piece of cutAt(chunk, lengths)) this.push(piece);
      setImmediate(done);
    },
  });
}
