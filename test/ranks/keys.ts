/** Rank 0 sends objects with keys that are special to JavaScript; rank 1 prints what comes of them. */
import { world } from 'tsmpi';

const SPECIAL =
  '{"__proto__":{"isAdmin":true},"constructor":1,"prototype":2,"toString":3,"then":4}';

if (world.rank === 0) {
  await world.send(JSON.parse(SPECIAL), 1);
  const thenable = Object.fromEntries([['then', () => 'stolen']]);
  const refusal = await world.send(thenable, 1).catch((error) => error.message);
  console.log(refusal);
} else {
  const value = await world.receive<object>(0);
  console.log(JSON.stringify(value) === SPECIAL, 'isAdmin' in value, 'isAdmin' in {});
}
