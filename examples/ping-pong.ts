// Two ranks throw an array back and forth: a message takes a fixed time (latency) and a time that
// grows with its size (bandwidth).
// predict: does a message of 1024 bytes take much longer than one of 8?
// run: tsrun -n 2 examples/ping-pong.ts
// needs: 2 ranks
// change: run it with `--transport zeromq-tcp`, which goes the way to other machines.
// explain: the time is latency + bytes / bandwidth: short messages show the first, long ones the
//   second.
// prints, in this order:
//     bytes   us one way      MB/s
//         8       NUMBER    NUMBER
//      1024       NUMBER    NUMBER
//     65536       NUMBER    NUMBER
//    524288       NUMBER    NUMBER
//   4194304       NUMBER    NUMBER
import { finalize, world, wtime } from 'tsmpi';

const SIZES = [8, 1024, 65536, 524288, 4194304];

const { rank, size } = world;
if (size < 2) throw new Error('this needs 2 ranks: tsrun -n 2 examples/ping-pong.ts');

function show(...cells: (string | number)[]): void {
  const [bytes, micros, rate] = cells.map(String) as [string, string, string];
  console.log(`${bytes.padStart(9)}${micros.padStart(13)}${rate.padStart(10)}`);
}

if (rank === 0) show('bytes', 'us one way', 'MB/s');
for (const bytes of SIZES) {
  const rounds = bytes > 100_000 ? 20 : 500;
  const ball = new Float64Array(bytes / 8);
  let start = 0;
  // The first half is not timed: connections are made and code is compiled in it.
  for (let round = 0; round < 2 * rounds; round += 1) {
    if (round === rounds) start = wtime();
    if (rank === 0) {
      ball[0] = round;
      await world.send(ball, 1);
      await world.receive(1, { into: ball });
      if (ball[0] !== round + 1) throw new Error(`${ball[0]} came back instead of ${round + 1}`);
    } else if (rank === 1) {
      await world.receive(0, { into: ball });
      ball[0] = round + 1;
      await world.send(ball, 0);
    }
  }
  if (rank === 0) {
    const seconds = (wtime() - start) / (2 * rounds);
    show(bytes, (seconds * 1e6).toFixed(1), (bytes / seconds / 1e6).toFixed(1));
  }
}
await finalize();
