#!/usr/bin/env node
import process from 'node:process';
import { main } from '../launch/cli.ts';

const [word, ...rest] = process.argv.slice(2);

// The name of a program has an extension, so `bench` or `join` alone is none; a link of that name is `./bench`.
// What they do is loaded only when asked for: nothing may slow the start of a job.
const exitCode =
  word === 'bench'
    ? await import('../bench/bench.ts').then(({ bench }) => bench(rest, process))
    : word === 'join'
      ? await import('../launch/join/join.ts').then(({ join }) => join(rest, process))
      : await main(process.argv.slice(2), process);
process.exit(exitCode);
