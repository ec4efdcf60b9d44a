import { availableParallelism, hostname } from 'node:os';
import { type ForeignRank, foreignRank } from '../../base/foreign-rank.ts';
import { describeMistake, USAGE_EXIT_CODE } from '../cli.ts';
import { type Installation, ownInstallation, versionOf } from '../installation.ts';
import type { JobOptions } from '../options.ts';
import { plan } from '../plan.ts';
import { MEETING_EXIT_CODE } from './end.ts';
import { lead } from './lead.ts';
import { MemberProcess } from './member.ts';
import type { Member } from './member-facts.ts';
import { describeMissing, elsewhere, usualPatienceMs } from './missing.ts';
import { type JoinLine, parseJoin } from './options.ts';
import { MeetingError, MeetingPlace } from './place.ts';
import { launcherProcess } from './process-tree.ts';
import { ownProcessors } from './processors.ts';
import { stopBySignals, stopWithLauncher } from './stop.ts';

/**
 * `tsrun join`: be one rank of those that another launcher started.
 *
 * Rank 0 leads: it finds the others, and starts and watches over the job as tsrun does. Every process is the
 * parent of its own rank, and ends with the exit code of the job.
 *
 * @param argv  what was typed behind `tsrun join`
 * @returns the exit code
 */
export async function join(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  try {
    const installation = ownInstallation();
    const foreign = foreignRank(process.env);
    const host = hostname();
    const line = parseJoin(argv, foreign, {
      version: versionOf(installation),
      cwd: process.cwd(),
      host,
      cores: availableParallelism(),
      env: process.env,
    });
    if (line.kind === 'print' || foreign === undefined) {
      process.stdout.write(line.kind === 'print' ? line.text : '');
      return 0;
    }
    return await joinAs(foreign, line, installation, process);
  } catch (error) {
    if (error instanceof MeetingError) {
      process.stderr.write(`tsrun: ${error.message}\n`);
      return MEETING_EXIT_CODE;
    }
    process.stderr.write(describeMistake(error));
    return USAGE_EXIT_CODE;
  }
}

async function joinAs(
  foreign: ForeignRank,
  { job, patienceMs = usualPatienceMs(foreign) }: JoinLine & { kind: 'join' },
  installation: Installation,
  process: NodeJS.Process,
): Promise<number> {
  const host = hostname();
  const apart = elsewhere(foreign, host);
  if (apart !== undefined) throw new MeetingError(apart);
  const { launcher, variable, rank, size } = foreign;
  const parent = launcherProcess(variable);
  const name = `${launcher} ${foreign.job ?? `${parent.pid} ${parent.started}`}`;
  const place = new MeetingPlace(name);
  const member: Member = {
    version: versionOf(installation),
    rank,
    size,
    ...ownPart(job, foreign, process),
  };
  const own = new MemberProcess(member, place);
  const stopWatching = stopWithLauncher(own, launcher, parent);
  try {
    await own.open();
    if (rank === 0) return await lead({ foreign, job, installation, place, process, patienceMs });
    return await follow(own, foreign, place, patienceMs, process);
  } finally {
    stopWatching();
    own.end({ exitCode: 0, text: '' });
    await own.ended;
  }
}

/** What this process alone knows of its rank. */
function ownPart(
  job: JobOptions,
  { rank, size }: ForeignRank,
  process: NodeJS.Process,
): Omit<Member, 'version' | 'rank' | 'size'> {
  const plans = plan(job, {
    cwd: process.cwd(),
    hosts: [{ name: '', slots: size }],
    source: 'here',
    limited: false,
    defaultRanks: size,
  });
  const { program, args, env, wdir, nodeArgs } = plans[rank] as (typeof plans)[number];
  return { program, args, env, wdir, nodeArgs, processors: ownProcessors() };
}

/** Be met, and do as rank 0 says. */
async function follow(
  own: MemberProcess,
  foreign: ForeignRank,
  place: MeetingPlace,
  patienceMs: number,
  process: NodeJS.Process,
): Promise<number> {
  stopBySignals(own, process);
  let most: readonly number[] = [];
  const looking = setInterval(() => {
    const seen = place.ranks();
    if (seen.length >= most.length) most = seen;
  }, 100);
  const timer = setTimeout(() => {
    if (own.met) return;
    const text = describeMissing(foreign, hostname(), most, patienceMs);
    own.end({ exitCode: MEETING_EXIT_CODE, text });
  }, patienceMs);
  const { exitCode, text } = await own.ended;
  clearInterval(looking);
  clearTimeout(timer);
  if (text !== '') process.stderr.write(`tsrun: ${text}\n`);
  return exitCode;
}
