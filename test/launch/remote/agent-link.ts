import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { AgentLink, type LinkOptions } from '../../../src/launch/remote/agent-link.ts';
import { HostError } from '../../../src/launch/remote/host-error.ts';
import { PARCEL_CHANNEL, rankChannel, relayChannel } from '../../../src/launch/remote/protocol.ts';
import { deferred } from '../../helpers/deferred.ts';
import { FACTS, FakeHost } from '../../helpers/fake-host.ts';

interface Linked {
  readonly host: FakeHost;
  readonly link: AgentLink;
  readonly lost: Promise<HostError>;
  losses: number;
}

/** A link to a host that lives in this process. */
function linked(t: ExecutionContext, options: Partial<LinkOptions> = {}, hello = true): Linked {
  const host = new FakeHost('node1', hello);
  const lost = deferred<HostError>();
  const link = new AgentLink(host, {
    host: 'node1',
    startName: 'ssh',
    code: 'the code',
    start: { hostTimeoutMs: 60_000 },
    onLost: (error) => {
      all.losses += 1;
      lost.resolve(error);
    },
    ...options,
  });
  const all: Linked = { host, link, lost: lost.promise, losses: 0 };
  t.teardown(async () => {
    host.end('ended with exit code 0');
    await link.end();
  });
  return all;
}

async function greeted(t: ExecutionContext, options: Partial<LinkOptions> = {}): Promise<Linked> {
  const all = linked(t, options);
  await all.link.hello();
  await all.host.tellOf('begin');
  return all;
}

/** Reject with a HostError that says this. */
async function fails(
  t: ExecutionContext,
  promise: Promise<unknown>,
  message: RegExp,
): Promise<void> {
  const error = await t.throwsAsync(promise, { instanceOf: HostError, message });
  t.is((error as HostError).host, 'node1');
}

const parcel = (hash: string, bytes: number): object => ({
  hash,
  name: hash,
  pack: async () => Buffer.alloc(bytes, hash),
});

test('the agent gets its code, then its start, and says what host it is on', async (t) => {
  const { host, link } = linked(t, {}, false);
  t.is(await host.greet(), 'the code');
  t.deepEqual(await link.hello(), { kind: 'hello', ...FACTS, hostname: 'node1' } as never);
  t.deepEqual(await host.tellOf('begin'), { kind: 'begin', hostTimeoutMs: 60_000 });
});

test('a host gets the parcels that it lacks, one after the other, and no others', async (t) => {
  const { host, link } = await greeted(t);
  const parcels = [parcel('x', 10), parcel('y', 1_000_000), parcel('z', 0)] as never;
  const supplying = link.supply(parcels);
  t.deepEqual((await host.tellOf('parcels')).hashes, ['x', 'y', 'z']);
  host.say({ kind: 'missing', hashes: ['z', 'y'] });
  t.like(await host.tellOf('parcel'), { hash: 'y', bytes: 1_000_000 });
  const read: Buffer[] = [];
  const reader = host.mux?.reader(PARCEL_CHANNEL);
  for await (const chunk of reader?.iterator({ destroyOnReturn: false }) ?? []) {
    read.push(chunk);
    if (Buffer.concat(read).length >= 1_000_000) break;
  }
  t.true(Buffer.concat(read).equals(Buffer.alloc(1_000_000, 'y')));
  t.deepEqual(host.told, []);
  host.say({ kind: 'placed' });
  t.like(await host.tellOf('parcel'), { hash: 'z', bytes: 0 });
  host.say({ kind: 'placed' });
  t.deepEqual(
    (await supplying).map(({ hash }) => hash),
    ['y', 'z'],
  );
});

test('a rank is started, told, heard, written to, read and ended over its link', async (t) => {
  const { host, link } = await greeted(t);
  const messages: unknown[] = [];
  const starting = link.startRank(7, (message) => messages.push(message));
  t.deepEqual(await host.tellOf('start'), { kind: 'start', rank: 7 });
  // All that comes at once is handed on only when whoever started the rank knows it.
  host.say({ kind: 'started', rank: 7, pid: 123 });
  host.say({ kind: 'told', rank: 7, message: { kind: 'joined' } });
  host.say({ kind: 'ended', rank: 7, code: 3, signal: null });
  const rank = await starting;
  t.is(rank.pid, 123);
  t.deepEqual(messages, []);
  t.true(rank.alive());
  t.deepEqual(await rank.ended, { code: 3, signal: null });
  t.deepEqual(messages, [{ kind: 'joined' }]);
  rank.send({ kind: 'finalized' });
  t.like(await host.tellOf('tell'), { rank: 7, message: { kind: 'finalized' } });
  rank.kill('SIGTERM');
  t.like(await host.tellOf('kill'), { rank: 7, signal: 'SIGTERM' });
  host.mux?.writer(rankChannel(7, 'stdout')).end('out');
  host.mux?.writer(rankChannel(7, 'stderr')).end('err');
  rank.stdin?.end('in');
  t.is(await text(rank.stdout), 'out');
  t.is(await text(rank.stderr), 'err');
  t.is(await text(host.mux?.reader(rankChannel(7, 'stdin')) as NodeJS.ReadableStream), 'in');
  rank.abandon?.();
  t.like(await host.tellOf('abandon'), { rank: 7 });
  host.say({ kind: 'gone', rank: 7 });
  while (rank.alive()) await turn();
  rank.kill('SIGKILL');
  rank.abandon?.();
  await host.tellOf('abandon');
  t.deepEqual(host.told, []);
});

test('a rank that cannot be started says why', async (t) => {
  const { host, link } = await greeted(t);
  const starting = link.startRank(0, () => {});
  await host.tellOf('start');
  host.say({ kind: 'not-started', rank: 0, reason: 'there is no memory' });
  await t.throwsAsync(starting, { message: 'there is no memory' });
});

test('a command that runs on the host has its streams and its end here', async (t) => {
  const { host, link } = await greeted(t);
  const relay = link.relay(['ssh', 'node2']);
  t.deepEqual(await host.tellOf('relay'), { kind: 'relay', id: 0, argv: ['ssh', 'node2'] });
  const { mux } = host;
  mux?.writer(relayChannel(0, 'pipe')).end('out');
  mux?.writer(relayChannel(0, 'stderr')).end('err');
  relay.stdin.end('in');
  t.is(await text(mux?.reader(relayChannel(0, 'pipe')) as NodeJS.ReadableStream), 'in');
  t.deepEqual([await text(relay.stdout), await text(relay.stderr)], ['out', 'err']);
  relay.kill();
  t.deepEqual(await host.tellOf('relay-kill'), { kind: 'relay-kill', id: 0 });
  host.say({ kind: 'relay-ended', id: 0, ending: 'ended with exit code 9' });
  t.is(await relay.ended, 'ended with exit code 9');
});

test('a command that ends before an agent speaks is told with what it said last', async (t) => {
  const { host, link } = linked(t, {}, false);
  for (const line of [1, 2, 3, 4, 5]) host.stderr.write(`line ${line}\n`);
  host.end('ended with exit code 255');
  await fails(t, link.hello(), /^ssh ended with exit code 255: line 2; line 3; line 4; line 5$/);
});

test('a command that says nothing at all is given up and ended', async (t) => {
  const { host, link } = linked(t, { helloMs: 50 }, false);
  await fails(t, link.hello(), /^ssh started, but nothing came from node1 in 0\.05 s$/);
  t.true(host.killed);
});

test('an agent that greets and then says nothing is given up as well', async (t) => {
  const { host, link } = linked(t, { helloMs: 50 }, false);
  await host.greet();
  host.mux?.close();
  await fails(t, link.hello(), /^ssh started, but nothing came from node1/);
  t.true(host.killed);
});

test('a host without Node is told with what was found', async (t) => {
  const { host, link } = linked(t, {}, false);
  void host.greet('tsmpi-agent 1 no-node {"found":[["/usr/bin/node","18.1.0"]],"path":"/usr/bin"}');
  await fails(
    t,
    link.hello(),
    /^has no Node .* or newer, but only \/usr\/bin\/node, which is 18\.1\.0;/,
  );
});

test('another first word than hello is told as it is', async (t) => {
  const { host, link } = linked(t, {}, false);
  void host.greet('tsmpi-agent 1 goodbye to you');
  await fails(t, link.hello(), /^the answer was goodbye to you$/);
});

test('what the agent cannot do is a reason of its own, for all that wait', async (t) => {
  const all = await greeted(t);
  const waiting = all.link.prepare({} as never);
  await all.host.tellOf('part');
  all.host.say({ kind: 'failed', reason: 'no room in /tmp' });
  await fails(t, waiting, /^no room in \/tmp$/);
  t.is((await all.lost).message, 'no room in /tmp');
  t.true(all.host.killed);
  await fails(t, all.link.reach([], 1), /^no room in \/tmp$/);
});

test('a host that is silent is lost, once, and its ranks and commands with it', async (t) => {
  const all = await greeted(t, { start: { hostTimeoutMs: 100 } });
  const { host, link } = all;
  const starting = link.startRank(0, () => {});
  const never = link.startRank(1, () => {});
  host.say({ kind: 'started', rank: 0, pid: 1 });
  const rank = await starting;
  const relay = link.relay(['x']);
  const error = await all.lost;
  t.is(error.message, 'nothing was heard from it for 0.1 s');
  t.regex(error.remedy, /--host-timeout/);
  t.deepEqual(await rank.ended, { code: null, signal: 'SIGKILL' });
  t.false(rank.alive());
  await t.throwsAsync(never, { message: 'rank 1 was lost with its host' });
  t.is(await relay.ended, 'was lost with node1');
  t.is(await text(rank.stdout), '');
  await t.throwsAsync(
    link.startRank(2, () => {}),
    { message: error.message },
  );
  t.is(all.losses, 1);
});

test('beats are enough to be heard, and a host that said so may be silent', async (t) => {
  const all = await greeted(t, { start: { hostTimeoutMs: 100 } });
  const { host, link } = all;
  const beat = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  for (let beats = 0; beats < 6; beats += 1) {
    host.say({ kind: 'beat' });
    await beat();
  }
  link.suspend(true);
  t.is((await host.tellOf('suspend')).suspended, true);
  for (let beats = 0; beats < 6; beats += 1) await beat();
  t.is(all.losses, 0);
  link.suspend(false);
  await all.lost;
  t.is(all.losses, 1);
});

test('a way to the host that ends is told by how it ended', async (t) => {
  const all = await greeted(t);
  all.host.stderr.write('Connection to node1 closed by remote host.\n');
  all.host.end('ended with exit code 255');
  t.is(
    (await all.lost).message,
    'ssh ended with exit code 255: Connection to node1 closed by remote host.',
  );
  t.is(all.losses, 1);
});

test('an agent that says what is none of its words is lost', async (t) => {
  const all = await greeted(t);
  all.host.stdout.write('Segmentation fault\n');
  t.regex((await all.lost).message, /^its agent said what it should not: /);
  t.true(all.host.killed);
});

test('at the end the agent goes by itself, and that is no loss', async (t) => {
  const all = await greeted(t);
  await all.link.end();
  await all.host.tellOf('end');
  t.false(all.losses > 0);
  await all.link.end();
});
