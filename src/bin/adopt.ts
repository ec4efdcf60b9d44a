/** What a program that plain Node runs starts when it spawns others: a launcher whose job begins with that program. */
import { join } from 'node:path';
import process from 'node:process';
import { nodeOptions } from '../base/environment.ts';
import { loadOwn } from '../cache/code.ts';
import type { adopt } from '../launch/adopt/adopt.ts';

interface Launcher {
  readonly adopt: typeof adopt;
}

const [program = '', memoryFolder] = process.argv.slice(2);
const path = join(__dirname, '../launcher.cjs');
const { adopt: run } = loadOwn(path, nodeOptions(process.env)) as Launcher;
void run(program, memoryFolder, process).then((exitCode) => process.exit(exitCode));
