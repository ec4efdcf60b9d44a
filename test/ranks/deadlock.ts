import { finalize, store, world } from 'tsmpi';

// Each mode is a way in which ranks wait: for ever in the first ones, and not in the others.

const { rank, size } = world;
const [mode = ''] = process.argv.slice(2);
const other = 1 - rank;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

switch (mode) {
  case 'receives':
    if (rank < 2) await world.receive(other, { tag: 7 });
    else await world.barrier();
    break;
  case 'sends':
    await world.send(new Uint8Array(1e6), other);
    await world.receive(other);
    break;
  case 'tag':
    if (rank === 0) await world.send('job', 1, { tag: 1 });
    if (rank === 0) await world.receive(1);
    else await world.receive(0, { tag: 2 });
    break;
  case 'store':
    await store.wait(`from ${other}`);
    await store.put(`from ${rank}`, 1);
    break;
  case 'locks':
    if (rank < 2) {
      await store.lock(`${rank}`);
      await store.put(`has ${rank}`, true);
      await store.wait(`has ${other}`);
      await store.lock(String(other));
    } else {
      await pause(600_000);
    }
    break;
  case 'absent':
    if (rank === 0) await world.barrier();
    else await world.receive(0);
    break;
  case 'computing':
    // Rank 2 has enough to do for longer than anybody waits.
    if (rank < 2) await world.receive(other);
    else await pause(600_000);
    break;
  case 'any':
    // Nobody sends what these wait for; the others are done.
    if (rank < 2) await world.receive();
    break;
  case 'timer':
    // Rank 0 has started to receive what only its own timer brings about.
    if (rank === 0) {
      const answer = world.receive(1);
      setTimeout(() => void world.send('go', 1), 4000);
      console.log(await answer);
    } else {
      await world.send(`${await world.receive(0)} on`, 0);
    }
    break;
  case 'timeout':
    try {
      await world.receive(other, { timeout: 4000 });
    } catch {
      console.log('nothing came');
    }
    break;
  default:
    throw new Error(`there is no mode ${mode} for ${size} ranks`);
}
await finalize();
