/** Two ranks exchange long arrays in several ways, and rank 0 tells how late its timer was meanwhile. */
import { finalize, type Request, world } from 'tsmpi';
import { Beat } from '../helpers/beat.ts';

const { rank } = world;
const peer = 1 - rank;
const MIB = 2 ** 20;
const LENGTHS = [2 ** 16, MIB, 4 * MIB, 16 * MIB].flatMap((length) => [
  length - 1,
  length,
  length + 3,
]);

/** An array of which every part is different. */
function filled(length: number, seed: number): Uint8Array {
  const array = new Uint8Array(length);
  const words = new Uint32Array(array.buffer, 0, length >> 2);
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(at + seed, 0x9e3779b1);
  return array;
}

function check(what: string, array: Uint8Array, length: number, seed: number): void {
  if (Buffer.compare(array, filled(length, seed)) === 0) return;
  console.log(`rank ${rank}: ${what}: ${length} bytes are wrong`);
}

const beat = new Beat();

for (const length of LENGTHS) {
  const mine = filled(length, rank);
  const memory = Buffer.alloc(length + 5);
  const into = memory.subarray(5);
  await Promise.all([world.send(Buffer.from(mine.buffer), peer), world.receive(peer, { into })]);
  check('both ways', into, length, peer);
  if (memory.subarray(0, 5).some((byte) => byte !== 0)) console.log('written before the array');

  const sends = [1, 2, 3, 4, 5].map((seed) => world.send(filled(length, seed), peer));
  const requests: Request<Uint8Array>[] = sends.map(() => world.receive<Uint8Array>(peer));
  for (const [at, array] of (await Promise.all(requests)).entries()) {
    check('window', array, length, at + 1);
  }
  await Promise.all(sends);
}

const blocks = [filled(64 * MIB, 7), new Uint8Array(64 * MIB)] as const;
beat.restart();
for (let time = 0; time < 20; time += 1) {
  await Promise.all([world.send(blocks[0], peer), world.receive(peer, { into: blocks[1] })]);
}
const beats = beat.stop();
check('64 MiB', blocks[1], 64 * MIB, 7);

// The sender computes, and helps nobody.
const send = world.send(blocks[0], peer);
for (const end = performance.now() + 100; performance.now() < end; ) Math.random();
blocks[1].fill(0);
await world.receive(peer, { into: blocks[1] });
await send;
check('busy', blocks[1], 64 * MIB, 7);

const median = beats[beats.length >> 1] ?? 0;
if (rank === 0) console.log(JSON.stringify({ beats: beats.length, median }));
await finalize();
