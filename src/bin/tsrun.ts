#!/usr/bin/env node
import process from 'node:process';
import { isTooOld, NEEDED_NODE } from '../base/node-version.ts';

const [word, ...rest] = process.argv.slice(2);

/**
 * The name of a program has an extension, so `bench` alone is none; a link of that name is `./bench`.
 * What is not a job is loaded only when asked for: nothing may slow the start of a job. And nothing at all
 * is loaded by a Node that could not load it: it would say so in words that help nobody.
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
      return import('../launch/cli.ts').then(({ main }) => main(process.argv.slice(2), process));
  }
}

if (isTooOld(process.versions.node)) {
  console.error(`tsrun: tsmpi needs ${NEEDED_NODE}; this is ${process.versions.node}`);
  process.exit(2);
}
process.exit(await run());
