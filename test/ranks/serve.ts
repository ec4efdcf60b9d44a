/** Rank 0 does something for all, in one case by a pool; the others serve meanwhile. */
import { isMain, Pool, world } from 'tsmpi';

const [what = ''] = process.argv.slice(2);

export function who(_: number): number {
  return world.rank;
}

if (isMain(import.meta)) {
  console.log(`rank ${world.rank} acts`);
  switch (what) {
    case 'ends':
      await world.send('done', 0);
      break;
    case 'fails':
      throw new Error('rank 0 fails');
    case 'exits':
      process.exit(0);
      break;
    case 'exits with 3':
      process.exit(3);
      break;
    case 'is killed':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'hangs': {
      const pool = new Pool(import.meta.url);
      const seen = new Set<number>();
      while (seen.size < pool.size) for (const rank of await pool.map(who, [1, 2])) seen.add(rank);
      console.log('all serve');
      setInterval(() => {}, 1000);
      await new Promise(() => {});
      break;
    }
  }
}
