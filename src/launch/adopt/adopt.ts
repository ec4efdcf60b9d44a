import { Socket } from 'node:net';
import { availableParallelism, hostname } from 'node:os';
import { SEGMENT_FD, type SegmentStart } from '../../control/message.ts';
import { CONTROL_FD } from '../../control/pipe.ts';
import type { Allocation } from '../allocation.ts';
import { chooseTransport } from '../choose-transport.ts';
import { growHere } from '../grow/here.ts';
import { type Installation, ownInstallation } from '../installation.ts';
import type { JobContext } from '../job-context.ts';
import { makeJobFolder } from '../job-folder.ts';
import { type JobOptions, judge } from '../options.ts';
import { plan } from '../plan.ts';
import { runAndForward } from '../run-job.ts';
import { HostMemory } from '../segment.ts';
import { startLocally } from '../start/local.ts';
import type { RankCommand, Starter } from '../start/start.ts';
import type { RunningJob } from '../supervise.ts';
import { AdoptedRank } from './adopted-rank.ts';

/** What the others end with when the program has left them; nobody asks for it. */
const LEFT_EXIT_CODE = 1;

/**
 * Be the launcher of a job that begins with the program which has started this process, and sees to the processes that it
 * spawns. Ends with that program.
 *
 * @param program  its file
 * @param memoryFolder  the folder of a file without a name that it has left as descriptor `SEGMENT_FD`, to make memory of; if it has
 * @returns the exit code
 */
export async function adopt(
  program: string,
  memoryFolder: string | undefined,
  process: NodeJS.Process,
): Promise<number> {
  const host = hostname();
  const cwd = process.cwd();
  const slots = availableParallelism();
  const allocation: Allocation = {
    hosts: [{ name: host, slots }],
    source: 'here',
    limited: false,
    defaultRanks: 1,
  };
  const options = usualOptions(host, cwd);
  const context: JobContext = {
    installation: ownInstallation(),
    common: {
      size: 1,
      eagerBytes: options.eagerBytes,
      sockets: 'zeromq',
      choices: {},
      check: false,
    },
    allocation,
    host,
    cwd,
    process,
    verbose: () => {},
  };
  const plans = plan(options, { cwd, ...allocation }).map((one) => ({ ...one, program }));
  const local = startLocally();
  const folder = makeJobFolder((made) => local.watchFolder(made));
  const memory = memoryIn(memoryFolder, context.installation);
  const segment = ownSegment(memory, options);
  let running: RunningJob<RankCommand> | undefined;
  const starter: Starter = {
    start: async (command, onMessage) => {
      if (command.rank > 0) return await local.start(command, onMessage);
      const pipe = new Socket({ fd: CONTROL_FD, readable: true, writable: true });
      const onLeft = (): void => running?.stop(LEFT_EXIT_CODE);
      const adopted = new AdoptedRank(process.ppid, pipe, onMessage, onLeft);
      adopted.send({ kind: 'adopted', folder, segment });
      return adopted;
    },
    close: () => local.close(),
  };
  // Nothing of it is run.
  const itself: RankCommand = { rank: 0, execPath: '', args: [], env: {}, cwd, stdin: 'null' };
  return await runAndForward(
    {
      options,
      commands: [itself],
      starter,
      hostOf: () => host,
      cwd,
      loadGrower: async (job, note) => {
        return growHere({ options, plans, context, folder, memory, starter: local }, job, note);
      },
    },
    process,
    (job) => {
      running = job;
    },
  );
}

/** The memory of the job: in the file that the program has left, or nowhere, since it has no other. */
function memoryIn(folder: string | undefined, { runtimeCode }: Installation): HostMemory {
  if (folder === undefined) return new HostMemory({ folders: [] });
  return new HostMemory({ addonsFrom: runtimeCode, given: { file: SEGMENT_FD, folder } });
}

/** The part of the memory that is the program's own, where it sleeps; undefined if there is none. */
function ownSegment(
  memory: HostMemory,
  { transports, wait }: JobOptions,
): SegmentStart | undefined {
  const { part: made } = chooseTransport(transports, { memory, members: [0], elders: [] });
  return made && { part: made.part, homes: [], crowded: false, wait };
}

/** Those of a command line that says nothing. */
function usualOptions(host: string, cwd: string): JobOptions {
  const typed = { np: '1', stdin: 'none', host: 'localhost' };
  const context = { host, cwd, cores: 1, env: {} };
  return judge([{ typed, program: 'program.js', args: [] }], context).job;
}
