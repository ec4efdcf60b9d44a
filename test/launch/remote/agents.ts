import test, { type ExecutionContext } from 'ava';
import type { Host } from '../../../src/hosts/host.ts';
import { Agents, type AgentsOptions } from '../../../src/launch/remote/agents.ts';
import type { HostError } from '../../../src/launch/remote/host-error.ts';
import { relayChannel } from '../../../src/launch/remote/protocol.ts';
import { FakeHost, FakeProcess } from '../../helpers/fake-host.ts';

/** Hosts that live in this process, and reach each other by commands that are no processes. */
class Site {
  /** The host, or `here`, that started each host's agent. */
  readonly startedBy: Map<string, string> = new Map();
  /** In the order in which the agents were told that all is over. */
  readonly let: string[] = [];
  readonly lost: string[] = [];
  readonly processes: FakeProcess[] = [];
  readonly agents: Agents;
  readonly #relays: Map<string, FakeProcess> = new Map();
  readonly #reaches: (from: string, to: string) => boolean | 'silent';

  constructor(
    t: ExecutionContext,
    count: number,
    reaches: (from: string, to: string) => boolean | 'silent' = () => true,
    options: Partial<AgentsOptions> = {},
  ) {
    this.#reaches = reaches;
    const hosts = Array.from({ length: count }, (_, n): [number, Host] => [
      n,
      { name: `h${n}`, slots: 1 },
    ]);
    this.agents = new Agents(new Map(hosts), {
      startFor: () => ({ name: 'ssh', commandFor: ({ name }) => ['ssh', name] }),
      run: ([, name = '']) => this.#run('here', name),
      code: 'the code',
      start: { hostTimeoutMs: 60_000 },
      node: undefined,
      onHello: () => {},
      onLost: (host) => this.lost.push(`h${host}`),
      ...options,
    });
    t.teardown(() => this.agents.end());
  }

  /** Wait for all. @returns the numbers of those that run, and what is wrong with the others */
  async settled(): Promise<{ running: number; errors: HostError[] }> {
    const results = await Promise.allSettled(this.agents.running.values());
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as HostError] : [],
    );
    return { running: results.length - errors.length, errors };
  }

  #run(from: string, to: string): FakeProcess {
    const reached = this.#reaches(from, to);
    const host = reached === true ? new FakeHost(to) : new FakeProcess();
    this.processes.push(host);
    if (reached === false) host.end('ended with exit code 255');
    if (!(host instanceof FakeHost)) return host;
    this.startedBy.set(to, from);
    host.onTold = (message) => {
      if (message.kind === 'end') this.let.push(to);
      if (message.kind === 'relay-kill') this.#relays.get(`${to} ${message.id}`)?.kill();
      if (message.kind !== 'relay') return;
      const { id, argv } = message;
      const relay = this.#run(to, argv[1] ?? '');
      this.#relays.set(`${to} ${id}`, relay);
      const { mux } = host;
      mux?.reader(relayChannel(id, 'pipe')).pipe(relay.stdin);
      if (mux !== undefined) relay.stdout.pipe(mux.writer(relayChannel(id, 'pipe')));
      if (mux !== undefined) relay.stderr.pipe(mux.writer(relayChannel(id, 'stderr')));
      void relay.ended.then((ending) => host.say({ kind: 'relay-ended', id, ending }));
    };
    return host;
  }
}

test('up to 32 hosts are all reached from here', async (t) => {
  const site = new Site(t, 32);
  t.is((await site.settled()).running, 32);
  t.deepEqual(new Set(site.startedBy.values()), new Set(['here']));
});

test('of 1200 hosts each reaches 32 others, the first of them first', async (t) => {
  const site = new Site(t, 1200);
  t.deepEqual(await site.settled(), { running: 1200, errors: [] });
  for (let host = 0; host < 1200; host += 1) {
    const parent = host < 32 ? 'here' : `h${Math.floor(host / 32) - 1}`;
    if (site.startedBy.get(`h${host}`) !== parent) t.fail(`h${host} was started by another`);
  }
  t.is(site.startedBy.size, 1200);
});

test('a host that its parent cannot reach is reached from here', async (t) => {
  const site = new Site(t, 70, (from, to) => from === 'here' || to !== 'h40');
  t.is((await site.settled()).running, 70);
  t.is(site.startedBy.get('h40'), 'here');
  t.is(site.startedBy.get('h41'), 'h0');
});

test('a host that nobody reaches fails alone, and those behind it are reached from here', async (t) => {
  const site = new Site(t, 70, (_, to) => to !== 'h0');
  const { running, errors } = await site.settled();
  t.is(running, 69);
  t.deepEqual(
    errors.map(({ host, message }) => `${host}: ${message}`),
    ['h0: ssh ended with exit code 255'],
  );
  t.is(site.startedBy.get('h33'), 'here');
  t.is(site.startedBy.get('h64'), 'h1');
});

test('at the end those that are reached through others go first, and all go by themselves', async (t) => {
  const site = new Site(t, 100);
  await site.settled();
  await site.agents.end();
  t.is(site.let.length, 100);
  const turnOf = (host: number): number => site.let.indexOf(`h${host}`);
  for (let host = 32; host < 100; host += 1) {
    t.true(turnOf(host) < turnOf(Math.floor(host / 32) - 1), `h${host}`);
  }
  t.false(site.processes.some(({ killed }) => killed));
  t.deepEqual(site.lost, []);
});

test('those that have not said a word yet are ended as well, wherever they were started from', async (t) => {
  const site = new Site(t, 40, (_, to) => (to === 'h3' || to === 'h35' ? 'silent' : true));
  const silent = [3, 35];
  const others = [...site.agents.running].filter(([host]) => !silent.includes(host));
  await Promise.all(others.map(([, agent]) => agent));
  await site.agents.end();
  const { running, errors } = await site.settled();
  t.is(running, 38);
  t.deepEqual(errors.map(({ host }) => host).sort(), ['h3', 'h35']);
  for (const process of site.processes) await process.ended;
  t.pass();
});

test('the loss of a host is told for it and for those that are reached through it', async (t) => {
  const site = new Site(t, 34);
  await site.settled();
  const [first] = site.processes;
  first?.end('was killed by SIGKILL');
  await Promise.all([0, 32, 33].map((host) => site.agents.running.get(host)));
  while (site.lost.length < 3) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual([...site.lost].sort(), ['h0', 'h32', 'h33']);
});

test('this host itself has its agent from here, whatever its number', async (t) => {
  const commands: string[] = [];
  const site = new Site(t, 40, () => true, {
    startFor: ({ name }) =>
      name === 'h39' ? undefined : { name: 'ssh', commandFor: (host) => ['ssh', host.name] },
    run: (command) => {
      commands.push(command[0] ?? '');
      return new FakeHost(command[1] ?? '');
    },
  });
  await site.agents.running.get(39);
  t.true(commands.includes('/bin/sh'));
});
