/** What a program that plain Node runs loads the library by. A rank has loaded it before its program. */
import { join } from 'node:path';
import process from 'node:process';
import { nodeOptions } from '../base/environment.ts';
import { loadOwn } from '../cache/code.ts';

export const runtime: unknown = loadOwn(
  join(__dirname, '../runtime.cjs'),
  nodeOptions(process.env),
);
