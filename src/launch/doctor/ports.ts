import type { ProbeTarget, Reached, ReachFailure } from '../network/reach.ts';
import type { NetworkOptions, ProbePlace } from '../remote/protocol.ts';
import type { HostExamination } from './examine-host.ts';
import type { Outcome } from './outcome.ts';

/** As long as a job waits. */
const REACH_MS = 5_000;
/** So many of the hosts that one cannot reach are named. */
const MOST_NAMED = 3;

/** A host that others may try to reach. */
interface Listening {
  readonly examination: HostExamination;
  readonly probe: ProbePlace;
}

/** A host that another one does not reach. */
interface Missed {
  readonly host: number;
  readonly failures: readonly ReachFailure[];
}

/** Have each host try to reach each other one, and note what came of it. One host alone needs no port. */
export async function examinePorts(
  all: readonly HostExamination[],
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
    const outcome = await examination.attempt('', async () => {
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
        ? describeMissed(number, those, missed, listening, network)
        : judgeRange(examination, network),
    );
  }
}

async function openProbe(
  examination: HostExamination,
  network: NetworkOptions,
): Promise<ProbePlace | undefined> {
  const { agent } = examination;
  if (agent === undefined) return undefined;
  const byHand =
    network.portRange === undefined
      ? examination.byHand('ip', '-brief', 'address')
      : examination.byHand('ss', '-ltn');
  let probe: ProbePlace | undefined;
  const outcome = await examination.attempt(byHand, async () => {
    probe = (await agent.ask('listening', { kind: 'listen', ...network })).probe;
    return { result: 'ok' };
  });
  if (outcome.result === 'failed') examination.outcomes.set('ports', outcome);
  return probe;
}

async function reach(
  { agent }: HostExamination,
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
  missed: ReadonlyMap<number, readonly Missed[]>,
  listening: ReadonlyMap<number, Listening>,
  { portRange }: NetworkOptions,
): Outcome {
  const nameOf = (host: number): string => listening.get(host)?.examination.host.name ?? '';
  const texts = those.slice(0, MOST_NAMED).map(({ host, failures }) => {
    const tried = failures.map(({ address, reason }) => `${address}: ${reason}`).join('; ');
    const back = missed.get(host);
    const oneWay = back !== undefined && back.every((other) => other.host !== from);
    return `${nameOf(host)} (${tried})${oneWay ? ', though that one reaches it' : ''}`;
  });
  const more = those.length - texts.length;
  if (more > 0) texts.push(`${more} more`);
  const [first] = those;
  const to = listening.get(first?.host ?? 0);
  const port = portRange?.first ?? to?.probe.port ?? 0;
  const address = first?.failures[0]?.address ?? nameOf(first?.host ?? 0);
  const ports =
    portRange === undefined ? 'TCP ports' : `TCP ports ${portRange.first} to ${portRange.last}`;
  const rest =
    portRange === undefined
      ? '; a few ports will do if --port-range A:B names them, and --iface chooses among addresses'
      : '; --iface chooses among addresses';
  const names = those.slice(0, MOST_NAMED).map(({ host }) => nameOf(host));
  return {
    result: 'failed',
    problem: `it cannot reach ${texts.join(', ')}`,
    command: `${to?.examination.byHand('nc', '-l', '-p', String(port))} & ${listening
      .get(from)
      ?.examination.byHand('nc', '-v', '-w', '5', address, String(port))}`,
    remedy: `open ${ports} of ${names.join(', ')}${more > 0 ? ' and the others' : ''} for ${nameOf(from)}${rest}`,
  };
}

/** Each rank of a host needs a port of its own. */
function judgeRange({ host }: HostExamination, { portRange }: NetworkOptions): Outcome {
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
