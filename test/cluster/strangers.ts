import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { curveKeyPair, Push } from 'zeromq';
import { onHosts, sharedBed } from '../helpers/cluster.ts';
import { Run } from '../helpers/run.ts';

const bed = sharedBed({ hosts: 2, private: true });

const ROUNDS = '20';
const MESSAGES = '200';

/** Where ranks of a running job accept messages, as anybody in their network can find out. */
function dataPorts(): { host: string; port: number }[] {
  return bed().hosts.flatMap((host) =>
    host.listening().map((port) => ({ host: host.address, port })),
  );
}

async function open(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** So many connections to each port that never say a word. */
async function idle(t: ExecutionContext, count: number): Promise<void> {
  const sockets = dataPorts().flatMap(({ host, port }) =>
    Array.from({ length: count }, () => open(host, port)),
  );
  t.teardown(async () => {
    for (const socket of await Promise.all(sockets)) socket.destroy();
  });
  await Promise.all(sockets);
}

/** What is no message at all, some of it after a greeting as ZeroMQ's. */
async function babble(t: ExecutionContext): Promise<void> {
  const greeting = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
  for (const { host, port } of dataPorts()) {
    for (const start of [Buffer.alloc(0), greeting]) {
      const socket = await open(host, port);
      t.teardown(() => socket.destroy());
      socket.write(Buffer.concat([start, randomBytes(100_000)]));
    }
  }
}

/** Somebody who speaks the protocol, and has keys of his own. */
function knock(t: ExecutionContext): void {
  for (const { host, port } of dataPorts()) {
    const server = curveKeyPair();
    const { publicKey: curvePublicKey, secretKey: curveSecretKey } = curveKeyPair();
    const push = new Push({
      curveServerKey: server.publicKey,
      curvePublicKey,
      curveSecretKey,
      linger: 0,
    });
    push.connect(`tcp://${host}:${port}`);
    push.send(['let me in', randomBytes(64)]).catch(() => {});
    t.teardown(() => push.close());
  }
}

test.serial(
  'strangers at the ports of ranks change nothing, and cost next to nothing',
  async (t) => {
    const args = onHosts(bed(), '--per-node', '1', '--wdir', '/usr', 'rounds.ts', ROUNDS, MESSAGES);
    const run = await Run.tsrun(t, args, { stdin: 'open', limitMs: 60_000 });
    await run.told('ready');
    t.not(dataPorts().length, 0, 'there are ports to be found');
    const measure = async (name: string): Promise<number> => {
      run.stdin.write(`${name}\n`);
      const [, ms] = await run.told(new RegExp(`${name}: ([\\d.]+) ms`));
      return Number(ms);
    };
    const before = await measure('before');
    await idle(t, 1000);
    await babble(t);
    knock(t);
    const among = await measure('among strangers');
    const again = await measure('among strangers again');
    run.stdin.end();
    t.like(await run.ended, { code: 0, stderr: '' });
    const slower = Math.min(among, again) / before;
    t.true(slower < 1.2, `a round takes ${slower.toFixed(2)} times as long`);
  },
);
