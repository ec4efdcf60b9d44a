// Every rank sends to every other, lengths drawn around the limits of rings and protocols, and checks
// what comes, byte for byte. `all-pairs.ts MESSAGES SEED [STOP]`: each rank stops itself amid message STOP.
import { writeSync } from 'node:fs';
import { finalize, world } from 'tsmpi';

const { rank, size } = world;
const messages = Number(process.argv[2]);
const seed = Number(process.argv[3]);
const stop = Number(process.argv[4] ?? -1);

function draw(source: number, dest: number, n: number): number {
  let state = Math.imul(seed * 7919 + source * 104729 + dest * 1299709 + n, 2654435761) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 2246822519) >>> 0;
  return (state ^ (state >>> 13)) >>> 0;
}

/** Most are short; some end around a quarter of a ring, a ring, and the eager limit. */
function lengthOf(source: number, dest: number, n: number): number {
  const number = draw(source, dest, n);
  const limits = [16 * 1024, 64 * 1024, 256 * 1024];
  if (number % 100 > 2) return (number >>> 8) % 600;
  return (limits[number % 3] as number) - 50 + ((number >>> 8) % 100);
}

function message(source: number, dest: number, n: number): Uint32Array {
  const array = new Uint32Array(2 + lengthOf(source, dest, n));
  array.fill(draw(source, dest, n));
  array[0] = n;
  array[1] = array.length;
  return array;
}

async function sendAll(dest: number): Promise<void> {
  for (let n = 0; n < messages; n += 1) {
    const sent = world.send(message(rank, dest, n), dest);
    if (n === stop && dest === (rank + 1) % size) {
      writeSync(1, `rank ${rank} stops: ${process.pid}\n`);
      process.kill(process.pid, 'SIGSTOP');
    }
    await sent;
  }
}

async function receiveAll(source: number): Promise<void> {
  for (let n = 0; n < messages; n += 1) {
    const got = await world.receive<Uint32Array>(source);
    const expected = message(source, rank, n);
    if (Buffer.compare(Buffer.from(got.buffer), Buffer.from(expected.buffer)) !== 0) {
      throw new Error(`message ${n} from ${source} to ${rank} is wrong`);
    }
  }
}

const others = Array.from({ length: size }, (_, other) => other).filter((other) => other !== rank);
await Promise.all([...others.map(sendAll), ...others.map(receiveAll)]);
if (rank === 0) console.log(`${size * (size - 1) * messages} messages are right`);
await finalize();
