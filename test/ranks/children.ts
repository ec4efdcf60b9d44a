/** Tries what else can load tsmpi inside a rank: `children.ts PROGRAM`, which plain Node can run. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const program = process.argv[2] ?? '';
console.log(`child: ${execFileSync(process.execPath, [program], { stdio: 'pipe' })}`);
const worker = new Worker(new URL('./worker.ts', import.meta.url));
const [error] = await once(worker, 'error');
console.log(`worker: ${error.code} ${error.message}`);
