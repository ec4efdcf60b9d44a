/** Prints where each rank is, and whether it sees a path: `place.ts PATH`. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { world } from 'tsmpi';

const { rank, size } = world;
const sees = existsSync(process.argv[2] ?? '');
console.log(JSON.stringify({ rank, size, host: hostname(), cwd: process.cwd(), sees }));
