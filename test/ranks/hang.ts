/** Every rank hangs in its own way: `hang.ts receive|busy|child|sleep …`, by rank. */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { world } from 'tsmpi';

const { rank, size } = world;
const how = process.argv[2 + rank];
if (how === 'child') spawn('sleep', ['1000'], { stdio: 'ignore' });
writeSync(1, `ready ${rank}\n`);
if (how === 'receive') await world.receive((rank + 1) % size);
if (how === 'busy') for (;;);
await new Promise((resolve) => setTimeout(resolve, 1e6));
