import type { Host } from '../../hosts/host.ts';
import type { ProbeTarget, Reached, ReachFailure } from '../network/reach.ts';
import type { AgentLink } from '../remote/agent-link.ts';
import type { NetworkOptions, ProbePlace } from '../remote/protocol.ts';
import { attempt } from './attempt.ts';
import type { Outcome, Step } from './outcome.ts';

/** As long as a job waits. */
const REACH_MS = 5_000;
/** So many of the hosts that one cannot reach are named. */
const MOST_NAMED = 3;

/** What is needed here of a host that has been examined by itself. */
export interface Neighbour {
  readonly host: Host;
  /** Its agent, if all went well. */
  readonly agent: Pick<AgentLink, 'listen' | 'reach'> | undefined;
  readonly outcomes: Map<Step, Outcome>;
  byHand(...command: readonly string[]): string;
}

/** A host that others may try to reach. */
interface Listening {
  readonly examination: Neighbour;
  readonly probe: ProbePlace;
}

/** A host that another one does not reach. */
interface Missed {
  readonly host: number;
  readonly failures: readonly ReachFailure[];
}

/** All that is known of who reaches whom. */
interface Findings {
  readonly missed: ReadonlyMap<number, readonly Missed[]>;
  readonly listening: ReadonlyMap<number, Listening>;
  readonly network: NetworkOptions;
}

/** Have each host try to reach each other one, and note what came of it. One host alone needs no port. */
export async function examinePorts(
  all: readonly Neighbour[],
  network: NetworkOptions,
): Promise<void> {
  if (all.length < 2) return;
  const listening = new Map<number, Listening>();
  const opening = [...all.entries()].map(async ([number, examination]) => {
    const probe = await openProbe(examination, network);
    if (probe !== undefined) listening.set(number, { examination, probe });
  });
  await Promise.all(opening);
  if (listening.size < 2) return;
  const missed = new Map<number, readonly Missed[]>();
  const reaching = [...listening].map(async ([number, { examination }]) => {
    const targets: ProbeTarget[] = [];
    for (const [host, { probe }] of listening)
      if (host !== number) targets.push({ host, ...probe });
    const outcome = await attempt(async () => {
      missed.set(number, (await reach(examination, targets)).flatMap(asMissed));
      return { result: 'ok' };
    });
    examination.outcomes.set('ports', outcome);
  });
  await Promise.all(reaching);
  for (const [number, those] of missed) {
    const examination = listening.get(number)?.examination;
    examination?.outcomes.set(
      'ports',
      those.length > 0
        ? describeMissed(number, those, { missed, listening, network })
        : judgeRange(examination, network),
    );
  }
}

async function openProbe(
  examination: Neighbour,
  network: NetworkOptions,
): Promise<ProbePlace | undefined> {
  const { agent } = examination;
  if (agent === undefined) return undefined;
  let probe: ProbePlace | undefined;
  const outcome = await attempt(async () => {
    probe = await agent.listen(network);
    return { result: 'ok' };
  });
  if (outcome.result !== 'failed') return probe;
  const isMisnamed = outcome.problem.startsWith('--iface');
  examination.outcomes.set('ports', {
    ...outcome,
    command: isMisnamed
      ? examination.byHand('ip', '-brief', 'address')
      : examination.byHand('ss', '-ltn'),
    remedy: isMisnamed
      ? 'give --iface what every host has: a network, as 10.1.0.0/16'
      : outcome.remedy,
  });
  return undefined;
}

async function reach(
  { agent }: Neighbour,
  targets: readonly ProbeTarget[],
): Promise<readonly Reached[]> {
  return (await agent?.reach(targets, REACH_MS)) ?? [];
}

function asMissed(reached: Reached): Missed[] {
  return 'failures' in reached ? [reached] : [];
}

function describeMissed(
  from: number,
  those: readonly Missed[],
  { missed, listening, network }: Findings,
): Outcome {
  const nameOf = (host: number): string => listening.get(host)?.examination.host.name ?? '';
  const named = those.slice(0, MOST_NAMED);
  const more = those.length > named.length ? [`${those.length - named.length} more`] : [];
  const texts = named.map(({ host, failures }) => {
    const back = missed.get(host)?.every((other) => other.host !== from) === true;
    const tried = worthTelling(failures).map(({ address, reason }) => `${address}: ${reason}`);
    return `${nameOf(host)} (${tried.join('; ')})${back ? `, though ${nameOf(host)} reaches it` : ''}`;
  });
  const names = [...named.map(({ host }) => nameOf(host)), ...more].join(', ');
  return {
    result: 'failed',
    problem: `it cannot reach ${[...texts, ...more].join(', ')}`,
    command: connectByHand(from, named[0], listening, network),
    remedy: `${describeOpening(network)} of ${names} for ${nameOf(from)}; --iface chooses among addresses`,
  };
}

/** That loopback addresses lead back to where one is goes without saying. */
function worthTelling(failures: readonly ReachFailure[]): readonly ReachFailure[] {
  const others = failures.filter(({ address }) => address !== '::1' && !address.startsWith('127.'));
  return others.length === 0 ? failures : others;
}

function describeOpening({ portRange }: NetworkOptions): string {
  return portRange === undefined
    ? 'name a few ports with --port-range A:B, and have firewalls open them'
    : `have firewalls open TCP ports ${portRange.first} to ${portRange.last}`;
}

/** The ports of the probes are closed again, so by hand somebody has to listen. */
function connectByHand(
  from: number,
  missed: Missed | undefined,
  listening: ReadonlyMap<number, Listening>,
  { portRange }: NetworkOptions,
): string {
  const here = listening.get(from)?.examination;
  const there = listening.get(missed?.host ?? from);
  const address = missed?.failures[0]?.address ?? there?.examination.host.name ?? '';
  const port = String(portRange?.first ?? there?.probe.port);
  const listen = there?.examination.byHand('timeout', '20', 'nc', '-l', '-p', port);
  return `${listen} & sleep 2; ${here?.byHand('nc', '-v', '-w', '5', address, port)}`;
}

/** Each rank of a host needs a port of its own. */
function judgeRange({ host }: Neighbour, { portRange }: NetworkOptions): Outcome {
  if (portRange === undefined) return { result: 'ok' };
  const { first, last } = portRange;
  const ports = last - first + 1;
  if (ports >= host.slots) return { result: 'ok' };
  return {
    result: 'warning',
    problem: `--port-range ${first}:${last} has ${ports} ${ports === 1 ? 'port' : 'ports'}, but there are ${host.slots} slots, and each rank needs a port of its own`,
    command: '',
    remedy: `give a wider one: --port-range ${first}:${first + 10 * host.slots}`,
  };
}
