/** Prints what this rank was given: `facts.ts [arguments that are printed]`. */
import { world } from 'tsmpi';

const { rank, size } = world;
const [, program, ...args] = process.argv;
const { env } = process;
console.log(JSON.stringify({ rank, size, program, args, cwd: process.cwd(), env }));
