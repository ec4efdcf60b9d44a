import { type CompileRequest, compile, compilePortable } from './compile/compile.ts';
import { versionOf } from './installation.ts';
import type { JobContext } from './job-context.ts';
import type { Parcel } from './parcel/parcel.ts';
import type { RankPlan } from './plan.ts';

/** A program as it is brought to other hosts. */
export interface PackedProgram {
  readonly parcel: Parcel;
  /** The file in there that is to be imported. */
  readonly entry: string;
}

/**
 * Compile each program for ranks of this host, once, however many run it.
 *
 * @returns the compiled entry of each source file
 */
export function compileAll(
  ranks: readonly Pick<RankPlan, 'program'>[],
  context: JobContext,
): Promise<ReadonlyMap<string, string>> {
  return forEach(ranks, context, async (request) => {
    const { entry, fromCache } = await compile(request);
    context.verbose(`${request.program}: ${done(fromCache)}, see ${entry}`);
    return entry;
  });
}

/** Compile each program for ranks of other hosts, and make parcels of the results. */
export async function packAll(
  ranks: readonly Pick<RankPlan, 'program'>[],
  context: JobContext,
): Promise<ReadonlyMap<string, PackedProgram>> {
  // Loaded only when it is needed: nothing may slow the start of a job.
  const { programParcel } = await import('./parcel/program.ts');
  return await forEach(ranks, context, async (request) => {
    const program = await compilePortable(request);
    context.verbose(`${request.program}: ${done(program.fromCache)} for any host`);
    return { parcel: programParcel(program), entry: program.entry };
  });
}

async function forEach<T>(
  ranks: readonly Pick<RankPlan, 'program'>[],
  { installation }: JobContext,
  make: (request: CompileRequest) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const programs = [...new Set(ranks.map((rank) => rank.program))];
  const { runtime } = installation;
  const version = versionOf(installation);
  const entries = programs.map(
    async (program): Promise<[string, T]> => [program, await make({ program, runtime, version })],
  );
  return new Map(await Promise.all(entries));
}

function done(fromCache: boolean): string {
  return fromCache ? 'compiled before' : 'compiled';
}
