// Rank 0 sends arrays around and beyond 2 GiB, of which rank 1 checks what it marked: `giant.ts BYTES…`
import { finalize, world } from 'tsmpi';

const MARKED_EVERY = 16 * 2 ** 20 - 1;

function mark(at: number): number {
  return 1 + (at % 251);
}

for (const bytes of process.argv.slice(2).map(Number)) {
  const places = [bytes - 1];
  for (let at = 0; at < bytes - 1; at += MARKED_EVERY) places.push(at);
  if (world.rank === 0) {
    const outgoing = new Uint8Array(bytes);
    for (const at of places) outgoing[at] = mark(at);
    await world.send(outgoing, 1);
  } else {
    const got = await world.receive<Uint8Array>(0);
    const right = places.every((at) => got[at] === mark(at));
    console.log(`${got.length} bytes are ${right ? 'right' : 'wrong'}`);
  }
}
await finalize();
