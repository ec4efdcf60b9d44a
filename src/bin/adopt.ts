/** What a program that plain Node runs starts when it spawns others: a launcher whose job begins with that program. */
import process from 'node:process';
import { adopt } from '../launch/adopt/adopt.ts';

const [program = '', memoryFolder] = process.argv.slice(2);
process.exit(await adopt(program, memoryFolder, process));
