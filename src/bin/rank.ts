/** What tsrun starts, once per rank: runs the compiled program as that rank. */
import { join } from 'node:path';
import process from 'node:process';
import { leaveRuntime, takeJob } from '../base/environment.ts';
import type { RankStart } from '../control/message.ts';
import { loadWithCode } from '../rank/code.ts';
import type { runProgram } from '../rank/program.ts';

const job = takeJob(process.env);
if (job === undefined) throw new Error('this is started by tsrun; run: npx tsrun program.ts');

const start = JSON.parse(job) as RankStart;
const path = join(__dirname, '../runtime.cjs');
leaveRuntime(process.env, path);
const runtime = loadWithCode(path, start.code, start.rank === 0);
// A script that was not loaded by Node itself cannot import, so this one does it.
(runtime as { runProgram: typeof runProgram }).runProgram(start, (url) => import(url));
