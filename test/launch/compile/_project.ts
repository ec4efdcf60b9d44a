import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type CompiledProgram, compile } from '../../../src/launch/compile/compile.ts';
import { runtimeOf } from '../../../src/launch/compile/runtime.ts';

/** What a program printed, and how it ended. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A user's project in a folder of its own, with a cache and a module that stands for tsmpi. */
export interface Project {
  readonly folder: string;
  readonly cacheFolder: string;
  path(name: string): string;
  write(name: string, text: string): void;
  compile(program: string): Promise<CompiledProgram>;
  /** Compile a program and run it with plain Node. */
  run(program: string): Promise<Run>;
  /** Run a program that must end well, and return the lines it prints. */
  lines(program: string): Promise<string[]>;
}

/** Make a project of the given files; its folder goes with the test. */
export function project(t: ExecutionContext, files: Readonly<Record<string, string>>): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tsmpi-compile-')));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'project');
  const cacheFolder = join(root, 'cache');
  const path = (name: string): string => join(folder, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  // The module waits while it loads, so that nothing works only because it is ready at once.
  const index = join(root, 'runtime.mjs');
  writeFileSync(
    index,
    "await null; export const world = { rank: 0 }; export const from = 'index';",
  );
  const testing = join(root, 'runtime-testing.mjs');
  writeFileSync(testing, "export const from = 'testing';");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) write(name, text);

  const compileIt = (program: string): Promise<CompiledProgram> =>
    compile({
      program: path(program),
      runtime: runtimeOf((name) => pathToFileURL(name === 'index' ? index : testing).href),
      version: '1.2.3',
      cacheFolder,
    });
  const run = async (program: string): Promise<Run> => runFile((await compileIt(program)).entry);
  const lines = async (program: string): Promise<string[]> => {
    const { stdout, stderr, code } = await run(program);
    if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}\n${stderr}`);
    return stdout.split('\n').slice(0, -1);
  };
  return { folder, cacheFolder, path, write, compile: compileIt, run, lines };
}

/** Run a file with Node, as ranks do. */
export function runFile(
  file: string,
  cwd: string = tmpdir(),
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--enable-source-maps', file],
      { cwd, env: { PATH: process.env.PATH, ...env } },
      (error, stdout, stderr) => {
        resolve({ stdout, stderr, code: error === null ? 0 : Number(error.code) });
      },
    );
  });
}
