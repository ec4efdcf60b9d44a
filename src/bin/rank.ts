/** What tsrun starts, once per rank: runs the compiled program as that rank. */
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { writeAtOnce } from '../rank/output.ts';
import { enterRank } from '../rank/process.ts';

const rank = enterRank(process);
if (rank === undefined) throw new Error('this is started by tsrun; run: npx tsrun program.ts');

writeAtOnce(process.stdout);
writeAtOnce(process.stderr);
// The program sees itself where the user wrote it, not where it was compiled to.
process.argv[1] = rank.start.program;
rank.run(import(pathToFileURL(rank.start.compiled).href));
