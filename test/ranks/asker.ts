/** Waits for children that never become ranks. */
import { world } from 'tsmpi';

await world.spawn('never.ts');
