import test, { type ExecutionContext } from 'ava';
import { curveKeyPair } from 'zeromq';
import { all, type PeerEnd, PeerProcess } from '../../helpers/peer-process.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const WELL: PeerEnd = { code: 0, signal: null };
/** Nobody waits longer than this for a process that has nothing more to do, on a machine that does much else. */
const BOUND_MS = 15_000;

const carriers = [
  { name: 'ipc', keysOf: () => undefined },
  { name: 'tcp with CURVE', keysOf: curveKeyPair },
];

/** Let a process go, and resolve to how it ended. It must end soon. */
async function endSoon(t: ExecutionContext, peer: PeerProcess): Promise<PeerEnd> {
  await peer.tell({ do: 'release' });
  const start = performance.now();
  const end = await peer.ended;
  const ms = performance.now() - start;
  t.true(ms < BOUND_MS, `the process took ${Math.round(ms)} ms to end`);
  return end;
}

for (const { name, keysOf } of carriers) {
  test(`${name}: three processes exchange frames, close and exit by themselves`, async (t) => {
    const folder = tempFolder(t);
    const peers = await PeerProcess.startAll(t, { size: 3, folder, keys: keysOf() });
    await all(peers, { do: 'listen', wanted: true });
    await Promise.all(
      peers.flatMap((peer, rank) =>
        [0, 1, 2]
          .filter((dest) => dest !== rank)
          .map((dest) => peer.tell({ do: 'send', dest, frames: 300, bytes: 20_000 })),
      ),
    );
    const answers = await all(peers, { do: 'expect', frames: 600, bytes: 20_000 });
    t.deepEqual(answers, [{ wrong: 0 }, { wrong: 0 }, { wrong: 0 }]);
    await all(peers, { do: 'close' });
    t.deepEqual(await Promise.all(peers.map((peer) => endSoon(t, peer))), [WELL, WELL, WELL]);
  });

  test(`${name}: a process that listens no more exits by itself, closed or not`, async (t) => {
    const folder = tempFolder(t);
    const peers = await PeerProcess.startAll(t, { size: 2, folder, keys: keysOf() });
    const [sender, receiver] = peers as [PeerProcess, PeerProcess];
    await receiver.tell({ do: 'listen', wanted: true });
    await sender.tell({ do: 'listen', wanted: true });
    await sender.tell({ do: 'send', dest: 1, frames: 10, bytes: 100 });
    t.deepEqual(await receiver.tell({ do: 'expect', frames: 10, bytes: 100 }), { wrong: 0 });
    await all(peers, { do: 'listen', wanted: false });
    t.deepEqual(await Promise.all(peers.map((peer) => endSoon(t, peer))), [WELL, WELL]);
  });

  test(`${name}: a process that sent more than anybody takes in exits by itself`, async (t) => {
    const folder = tempFolder(t);
    const peers = await PeerProcess.startAll(t, { size: 2, folder, keys: keysOf() });
    const [sender, silent] = peers as [PeerProcess, PeerProcess];
    await silent.tell({ do: 'listen', wanted: true });
    silent.kill();
    await silent.ended;
    await sender.tell({ do: 'listen', wanted: true });
    await sender.tell({ do: 'send', dest: 1, frames: 5000, bytes: 1000 });
    await sender.tell({ do: 'listen', wanted: false });
    t.deepEqual(await endSoon(t, sender), WELL);
  });

  test(`${name}: a process whose peer was killed closes and exits soon`, async (t) => {
    const folder = tempFolder(t);
    const peers = await PeerProcess.startAll(t, { size: 3, folder, keys: keysOf() });
    const [sender, victim, receiver] = peers as [PeerProcess, PeerProcess, PeerProcess];
    await all(peers, { do: 'listen', wanted: true });
    await sender.tell({ do: 'flood', dest: 1 });
    await victim.tell({ do: 'flood', dest: 2 });
    await Promise.all(
      [victim, receiver].map((peer) => peer.tell({ do: 'expect', frames: 100, bytes: 0 })),
    );
    victim.kill();
    t.is((await victim.ended).signal, 'SIGKILL');
    const start = performance.now();
    await all([sender, receiver], { do: 'close' });
    t.true(performance.now() - start < BOUND_MS);
    t.deepEqual(await Promise.all([endSoon(t, sender), endSoon(t, receiver)]), [WELL, WELL]);
  });

  test(`${name}: process.exit ends a process in the middle of everything, with its code`, async (t) => {
    const folder = tempFolder(t);
    const peers = await PeerProcess.startAll(t, { size: 2, folder, keys: keysOf() });
    const [sender, receiver] = peers as [PeerProcess, PeerProcess];
    await all(peers, { do: 'listen', wanted: true });
    await sender.tell({ do: 'flood', dest: 1 });
    await receiver.tell({ do: 'expect', frames: 20, bytes: 0 });
    t.deepEqual(await Promise.all([sender.exit(7), receiver.exit(9)]), [
      { code: 7, signal: null },
      { code: 9, signal: null },
    ]);
  });
}

/** Let one rank send to the other, and both close. */
async function talkAndClose(t: ExecutionContext, peers: readonly PeerProcess[]): Promise<void> {
  const [sender, receiver] = peers as [PeerProcess, PeerProcess];
  await receiver.tell({ do: 'listen', wanted: true });
  await sender.tell({ do: 'send', dest: 1, frames: 3, bytes: 30_000 });
  t.deepEqual(await receiver.tell({ do: 'expect', frames: 3, bytes: 30_000 }), { wrong: 0 });
  await all(peers, { do: 'close' });
}

test('two processes open and close 50 times without a hang', async (t) => {
  const peers = await PeerProcess.startAll(t, { size: 2, folder: tempFolder(t) });
  await talkAndClose(t, peers);
  for (let cycle = 1; cycle < 50; cycle += 1) {
    await all(peers, { do: 'reopen' });
    await talkAndClose(t, peers);
  }
  t.deepEqual(await Promise.all(peers.map((peer) => endSoon(t, peer))), [WELL, WELL]);
});

test('pair after pair of processes starts, talks, closes and exits without a hang', async (t) => {
  for (let round = 0; round < 10; round += 1) {
    const peers = await PeerProcess.startAll(t, { size: 2, folder: tempFolder(t) });
    await talkAndClose(t, peers);
    t.deepEqual(await Promise.all(peers.map((peer) => endSoon(t, peer))), [WELL, WELL]);
  }
});
