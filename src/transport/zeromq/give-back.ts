import { createRequire } from 'node:module';
import process from 'node:process';

/** What moves the memory of a buffer elsewhere, and leaves the buffer without any. */
type Transfer = (this: ArrayBufferLike, bytes: number) => ArrayBuffer;

const load = createRequire(import.meta.url);

let transfer: Transfer | undefined | 'unknown' = 'unknown';

/**
 * Give the memory of a message back now, instead of at some garbage collection.
 *
 * What ZeroMQ received lies outside of the heap. Left alone, each 64 MB of it make V8 collect all garbage, and
 * the memory is new and cold each time: together that takes as long as to carry the bytes. Nobody may
 * have use for it any more. What is only a part of some buffer stays.
 */
export function giveBack(part: Uint8Array): void {
  if (part.length < part.buffer.byteLength) return;
  if (transfer === 'unknown') transfer = findTransfer();
  if (transfer !== undefined) Reflect.apply(transfer, part.buffer, [0]);
}

function findTransfer(): Transfer | undefined {
  const known = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer;
  if (known !== undefined || !process.versions.node.startsWith('20.')) return known;
  // Node 20 has it, but shows it only in realms that are made while this flag is set. Set for longer, V8 would not
  // take the code that was kept without it.
  const { setFlagsFromString } = load('node:v8') as typeof import('node:v8');
  const { runInNewContext } = load('node:vm') as typeof import('node:vm');
  setFlagsFromString('--harmony-rab-gsab-transfer');
  try {
    return runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  } finally {
    setFlagsFromString('--no-harmony-rab-gsab-transfer');
  }
}
