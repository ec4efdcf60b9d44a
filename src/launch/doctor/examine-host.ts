import type { Host } from '../../hosts/host.ts';
import { runtimeParcel } from '../parcel/runtime.ts';
import type { AgentLink } from '../remote/agent-link.ts';
import { runHere } from '../remote/agent-process.ts';
import { Agents } from '../remote/agents.ts';
import type { RemoteStart } from '../remote/command.ts';
import { HostError } from '../remote/host-error.ts';
import { NO_NODE_REMEDY, NoNodeError, whyNoNode } from '../remote/no-node.ts';
import type { HostFacts } from '../remote/protocol.ts';
import type { Warden } from '../start/warden.ts';
import { attempt } from './attempt.ts';
import { typedFor } from './by-hand.ts';
import { judgeClock, measureClock } from './clock.ts';
import { reachServer, resolveHost } from './connect.ts';
import type { Outcome, Step, Trouble } from './outcome.ts';
import { findSshRoute, type SshRoute } from './ssh-route.ts';
import { tryStart } from './try-start.ts';

/** What it takes to examine hosts. */
export interface Instruments {
  /** How a command is started on another host; undefined for this host itself. */
  readonly startFor: (host: Host) => RemoteStart | undefined;
  /** Whether that is ssh, and no command of the user's. */
  readonly bySsh: boolean;
  /** `--node`, for other hosts. */
  readonly node: string | undefined;
  readonly hostTimeoutMs: number;
  /** The agent's code. */
  readonly agentCode: string;
  /** The folder of this package. */
  readonly root: string;
  readonly warden: Warden;
}

const SKIPPED: Outcome = { result: 'skipped' };

/** Goes the way of a job to one host, step by step, as far as it leads. */
export class HostExamination {
  readonly host: Host;
  readonly outcomes: Map<Step, Outcome> = new Map();
  readonly #way: RemoteStart | undefined;
  readonly #tools: Instruments;
  #route: SshRoute | undefined;
  #addresses: readonly string[] = [];
  #agents: Agents | undefined;
  #link: AgentLink | undefined;
  #facts: HostFacts | undefined;
  #startError: HostError | undefined;

  constructor(host: Host, tools: Instruments) {
    this.host = host;
    this.#tools = tools;
    this.#way = tools.startFor(host);
  }

  get startName(): string | undefined {
    return this.#way?.name;
  }

  /** Its agent, if everything has gone well so far. */
  get agent(): AgentLink | undefined {
    const failed = [...this.outcomes.values()].some(({ result }) => result === 'failed');
    return failed ? undefined : this.#link;
  }

  /** Write a command that is run on this host as one types it. */
  byHand(...command: readonly string[]): string {
    return typedFor(this.#way, this.host, command);
  }

  /** Try everything that needs no other host. */
  async run(): Promise<void> {
    const checks: readonly (readonly [Step, () => Promise<Outcome> | Outcome])[] = [
      ['resolve', () => this.#resolve()],
      ['tcp', () => this.#connect()],
      ['start', () => this.#start()],
      ['node', () => this.#findNode()],
      ['runtime', () => this.#placeRuntime()],
      ['clock', () => this.#lookAtClock()],
    ];
    for (const [step, check] of checks) {
      const outcome = await attempt(check);
      this.outcomes.set(step, outcome);
      if (outcome.result === 'failed') return;
    }
  }

  async close(): Promise<void> {
    await this.#agents?.end();
  }

  async #resolve(): Promise<Outcome> {
    const { bySsh } = this.#tools;
    if (this.#way === undefined || !bySsh) return SKIPPED;
    const route = await findSshRoute(this.#way, this.host);
    if ('result' in route) return route;
    if (route.byProxy) return { result: 'skipped', found: 'by proxy' };
    const addresses = await resolveHost(route);
    if ('result' in addresses) return addresses;
    this.#route = route;
    this.#addresses = addresses;
    return { result: 'ok' };
  }

  async #connect(): Promise<Outcome> {
    if (this.#route !== undefined) return await reachServer(this.#addresses, this.#route);
    return this.outcomes.get('resolve') ?? SKIPPED;
  }

  async #start(): Promise<Outcome> {
    if (this.#way === undefined) return SKIPPED;
    return await tryStart(this.#way, this.host, this.#tools.warden);
  }

  async #findNode(): Promise<Outcome> {
    const { startFor, agentCode, hostTimeoutMs, node, warden } = this.#tools;
    this.#agents = new Agents(new Map([[0, this.host]]), {
      startFor,
      run: (command) => runHere(command, warden),
      code: agentCode,
      // Ports come last, so that all else is known where these fail.
      start: { hostTimeoutMs, network: undefined },
      node,
      onHello: () => {},
      onLost: () => {},
    });
    try {
      const running = await this.#agents.running.get(0);
      this.#link = running?.link;
      this.#facts = running?.facts;
      return { result: 'ok', found: this.#facts?.nodeVersion };
    } catch (error) {
      if (error instanceof NoNodeError) return this.#noNode(error);
      if (!(error instanceof HostError)) throw error;
      // Node may be what it should be; that the agent does not run is a trouble of the next step.
      this.#startError = error;
      return SKIPPED;
    }
  }

  #noNode({ noNode }: NoNodeError): Trouble {
    const file = this.#tools.node ?? noNode.found[0]?.[0] ?? 'node';
    return {
      result: 'failed',
      problem: `it ${whyNoNode(noNode)}`,
      command: this.byHand(file, '--version'),
      remedy: NO_NODE_REMEDY,
    };
  }

  async #placeRuntime(): Promise<Outcome> {
    const link = this.#link;
    const facts = this.#facts;
    if (this.#startError !== undefined || link === undefined || facts === undefined) {
      const { message, remedy } = this.#startError ?? {
        message: 'no agent runs there',
        remedy: '',
      };
      const command = this.byHand('node', '--version');
      return { result: 'failed', problem: message, command, remedy };
    }
    const outcome = await attempt(async () => {
      const { folder, insteadOf } = await link.ask('cache', { kind: 'cache' });
      await link.supply([this.#parcelFor(facts)]);
      if (insteadOf === undefined) return { result: 'ok' };
      return {
        result: 'warning',
        problem: `${insteadOf} cannot be used, so what is sent there is kept in ${folder}, which may be gone tomorrow`,
        command: this.byHand('ls', '-ld', insteadOf),
        remedy:
          'make it a folder of your own that nobody else may write to, or set XDG_CACHE_HOME there',
      };
    });
    if (outcome.result !== 'failed') return outcome;
    // What is said begins with the folder that should have served.
    const [folder] = /\/[^\s:,]+/.exec(outcome.problem) ?? [];
    return folder === undefined
      ? outcome
      : { ...outcome, command: this.byHand('touch', `${folder}/test`) };
  }

  #parcelFor(facts: HostFacts): ReturnType<typeof runtimeParcel> {
    try {
      return runtimeParcel(facts, this.#tools.root);
    } catch (error) {
      throw new HostError(this.host.name, (error as Error).message);
    }
  }

  async #lookAtClock(): Promise<Outcome> {
    const link = this.#link;
    if (link === undefined || this.#way === undefined) return SKIPPED;
    const offset = await measureClock(
      async () => (await link.ask('clock', { kind: 'clock' })).time,
    );
    return judgeClock(offset, this.byHand('date'));
  }
}
