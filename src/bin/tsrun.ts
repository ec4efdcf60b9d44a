#!/usr/bin/env node
import process from 'node:process';
import { main } from '../launch/cli.ts';

const [word, ...rest] = process.argv.slice(2);

/**
 * The name of a program has an extension, so `bench` alone is none; a link of that name is `./bench`.
 * What is not a job is loaded only when asked for: nothing may slow the start of a job.
 */
function run(): Promise<number> {
  switch (word) {
    case 'bench':
      return import('../bench/bench.ts').then(({ bench }) => bench(rest, process));
    case 'doctor':
      return import('../launch/doctor/doctor.ts').then(({ doctor }) => doctor(rest, process));
    case 'join':
      return import('../launch/join/join.ts').then(({ join }) => join(rest, process));
    default:
      return main(process.argv.slice(2), process);
  }
}

process.exit(await run());
