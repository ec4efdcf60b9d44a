/** Each rank leaves a process behind that holds its output: `heir.ts`. */
import { spawn } from 'node:child_process';
import { world } from 'tsmpi';

spawn('sleep', ['1000'], { stdio: 'inherit' }).unref();
await world.barrier();
process.stdout.write(`last words of ${world.rank}\n`);
