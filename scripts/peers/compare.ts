/**
 * Measure tsmpi and its peers in turns, and print how they compare.
 *
 * `npm run bench:peers -- --help` lists the options; README.md tells what is compared, and how.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from './driver/compile.ts';
import { findMissing, install, installCommand } from './driver/install.ts';
import { describeLoad, describeMachine, describeVersions } from './driver/machine.ts';
import { HELP, type Options, readOptions, UsageError } from './driver/options.ts';
import { allPeers, type Peer } from './driver/peers.ts';
import { plan } from './driver/plan.ts';
import { asJson, asMarkdown, asText, type Comparison } from './driver/report.ts';
import { runRounds } from './driver/rounds.ts';
import type { RunOptions } from './driver/run.ts';

/** Pick those that were asked for. */
function choose(peers: readonly Peer[], { only }: Options): Peer[] {
  const unknown = only?.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown !== undefined) {
    const names = peers.map(({ name }) => name).join(', ');
    throw new UsageError(`--only ${unknown}: there are ${names}`);
  }
  return peers.filter(({ name }) => only?.includes(name) ?? true);
}

/** Leave out who cannot run here, and say what would help. */
function leaveOut(peers: readonly Peer[]): { able: Peer[]; notes: string[] } {
  const missing = findMissing(peers.flatMap(({ needs }) => needs));
  const able = peers.filter(({ needs }) => !needs.some((need) => missing.has(need)));
  if (able.length === peers.length) return { able, notes: [] };
  const names = peers.filter((peer) => !able.includes(peer)).map(({ name }) => name);
  const absent = new Set([...missing.values()].flat());
  const command = installCommand(missing.keys()).join(' ');
  return {
    able,
    notes: [`left out: ${names.join(', ')}, for want of ${[...absent].join(', ')}: ${command}`],
  };
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // The cache of compiled programs is warm, and the user's is not touched.
    XDG_CACHE_HOME: folder,
    // What a killed program leaves there is removed too.
    TMPDIR: folder,
    ...(process.getuid?.() === 0
      ? { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' }
      : {}),
  };
}

async function compare(options: Options, signal: AbortSignal): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-peers-'));
  const tell = (what: string): void => console.error(what);
  try {
    const asked = choose(allPeers(options, folder), options);
    if (options.install) install(asked.flatMap(({ needs }) => needs));
    const { able, notes } = leaveOut(asked);
    for (const note of notes) tell(note);
    tell('compiling');
    compile(new Set(able.flatMap(({ needs }) => needs)), folder);
    const date = new Date().toISOString();
    const start = describeLoad();
    const run: RunOptions = { limitMs: options.limitMs, env: environment(folder), signal };
    const found = await runRounds(plan(able, options), options.rounds, run, tell);
    return {
      date,
      machine: describeMachine(),
      versions: describeVersions(),
      load: { start, end: describeLoad() },
      options,
      peers: able.map(({ name }) => name),
      ...found,
      missing: notes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the exit code */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const interrupt = new AbortController();
  let code = 0;
  for (const [name, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.once(name, () => {
      code = 128 + number;
      interrupt.abort();
    });
  }
  const comparison = await compare(options, interrupt.signal);
  if (code !== 0) return code;
  console.log(asText(comparison));
  if (options.json !== undefined) writeFileSync(options.json, asJson(comparison));
  if (options.markdown !== undefined) writeFileSync(options.markdown, asMarkdown(comparison));
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`compare: ${error.message}`);
  process.exitCode = 2;
}
