import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import { describeWhat, whatOf } from '../collective/call/signature.ts';
import { checkRoot } from '../collective/check.ts';
import { Group } from '../group/group.ts';
import { numbersIn, type WorldSpan } from '../group/world-span.ts';
import { type Caller, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { attempt } from './attempt.ts';
import { type CreateOptions, checkCreation, refuseSpanning } from './creation.ts';
import type { Parts, SpawnOrder } from './parts.ts';
import { programsOf, type SpawnPart, type SpawnSettings } from './spawn-programs.ts';

const CALL = 'spawn';

/** How programs are spawned. All but the root, the name and the limits counts on the root alone. */
export interface SpawnOptions extends SpawnSettings, CreateOptions {
  /** The rank whose arguments count; 0 if left out. */
  readonly root?: number | undefined;
  /**
   * Whether a child may fail without ending the job: then only what needs that child rejects, with `ERR_PROC_FAILED`. If not,
   * a child that fails is like any rank that does.
   */
  readonly tolerant?: boolean | undefined;
}

/** What the root tells all. */
type News =
  | { readonly context: number; readonly span: WorldSpan }
  | { readonly code: MpiError['code']; readonly text: string };

/**
 * Start programs as further processes of the job: the root has the launcher do it, and broadcasts what came of it. If nothing
 * did, all ranks hear of that.
 */
export function spawn<C>(
  parts: Parts,
  program: string | URL | readonly SpawnPart[],
  options: SpawnOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, group, maker } = parts;
  const { endpoint, rank } = calls;
  checkCreation(endpoint, CALL, options);
  refuseSpanning(parts, CALL, 'spawn on world, or on another communicator of this job');
  const { root = 0 } = options;
  checkRoot(endpoint, CALL, root);
  const name = parts.name.derive(CALL, options.name);
  // As they are now; the others wait for the root, so that a mistake in them is news for all.
  const order = rank === root ? attempt(() => orderOf(parts, program, root, options)) : undefined;
  return calls.start(whatOf(CALL, root), 0, options, async (channel, request) => {
    const packed = order && Packed.of(await ask(parts, order, request));
    const news = (await binomial(channel, root, packed)).unpack() as News;
    if ('code' in news) throw new MpiError(news.code, news.text);
    const ranks = numbersIn(news.span);
    await maker.known(ranks);
    const remote = { group: new Group(ranks, endpoint.ownWorldRank), comesLast: true };
    const lenient = options.tolerant === true;
    return make(maker.open({ context: news.context, group, remote, name, lenient }));
  });
}

/** What is to be started, and the call as reports show it. */
type Order = Omit<SpawnOrder, 'waiting'> & { readonly call: string };

function orderOf(
  { calls, group, maker }: Parts,
  program: string | URL | readonly SpawnPart[],
  root: number,
  options: SpawnOptions,
): Order {
  const caller: Caller = calls.endpoint;
  const programs = programsOf(caller, program, options);
  const { tolerant = false } = options;
  if (typeof tolerant !== 'boolean') {
    throw wrong(caller, CALL, 'ERR_ARG', `tolerant must be a boolean, not ${show(tolerant)}`);
  }
  const names = [...new Set(programs.map(({ program: each }) => each.replace(/^.*\//, '')))];
  const call = `${describeWhat(whatOf(CALL, root))} of ${names.join(', ')}`;
  return { programs, parents: group.worldRanks, context: maker.newContext(), tolerant, call };
}

async function ask(
  { calls, maker }: Parts,
  order: () => Order,
  request: Request<unknown>,
): Promise<News> {
  try {
    const { call, ...rest } = order();
    const span = await maker.spawn({ ...rest, waiting: { request, call } });
    return { context: rest.context, span };
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    const { code, message } = error;
    // Each rank puts itself before it.
    const prefix = `${calls.endpoint.who}: ${CALL}: `;
    return { code, text: message.startsWith(prefix) ? message.slice(prefix.length) : message };
  }
}
