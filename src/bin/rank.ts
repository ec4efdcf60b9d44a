/** What tsrun starts, once per rank: runs the compiled program as that rank. */
import { join } from 'node:path';
import process from 'node:process';
import { leaveRuntime, takeJob, takeWorker } from '../base/environment.ts';
import { loadWithCode } from '../cache/load-with-code.ts';
import type { RankStart } from '../control/message.ts';
import type { runProgram } from '../rank/program.ts';

const job = takeJob(process.env);
if (job === undefined) throw new Error('this is started by tsrun; run: npx tsrun program.ts');

const start = JSON.parse(job) as RankStart;
const path = join(__dirname, '../runtime.cjs');
leaveRuntime(process.env, path);
// Of a program that never imports tsmpi V8 has made next to no code, and others would have to do with that.
const runtime = loadWithCode(path, start.code, () => start.rank === 0 && rank.isMember);
interface Runtime {
  readonly runProgram: typeof runProgram;
  readonly index: () => unknown;
}
const { runProgram: run, index } = runtime as Runtime;
// A script that was not loaded by Node itself cannot import, so this one does it. A worker takes part, whatever its module imports.
const rank = run(start, (url) => import(url), takeWorker(process.env) ? index : undefined);
