import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { curveKeyPair, Push } from 'zeromq';
import { onHosts, sharedBed } from '../helpers/cluster.ts';
import { Run } from '../helpers/run.ts';

const bed = sharedBed({ hosts: 2, private: true });

const ROUNDS = '10';
const MESSAGES = '200';

/** Where ranks of a running job accept messages, as anybody in their network can find out. */
function dataPorts(): { host: string; port: number }[] {
  return bed().hosts.flatMap((host) =>
    host.listening().map((port) => ({ host: host.address, port })),
  );
}

/** Those who are there, and how to have them go. */
class Strangers {
  readonly #sockets: Socket[] = [];
  readonly #pushes: Push[] = [];

  /** So many connections to each port that never say a word. */
  async idle(count: number): Promise<void> {
    const opening = dataPorts().flatMap(({ host, port }) =>
      Array.from({ length: count }, () => this.#open(host, port)),
    );
    await Promise.all(opening);
  }

  /** What is no message at all, some of it after a greeting as ZeroMQ's. */
  async babble(): Promise<void> {
    const greeting = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
    for (const { host, port } of dataPorts()) {
      for (const start of [Buffer.alloc(0), greeting]) {
        const socket = await this.#open(host, port);
        socket.write(Buffer.concat([start, randomBytes(100_000)]));
      }
    }
  }

  /** Somebody who speaks the protocol, and has keys of his own. */
  knock(): void {
    for (const { host, port } of dataPorts()) {
      const { publicKey: curvePublicKey, secretKey: curveSecretKey } = curveKeyPair();
      const push = new Push({
        curveServerKey: curveKeyPair().publicKey,
        curvePublicKey,
        curveSecretKey,
        linger: 0,
      });
      push.connect(`tcp://${host}:${port}`);
      push.send(['let me in', randomBytes(64)]).catch(() => {});
      this.#pushes.push(push);
    }
  }

  leave(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    for (const push of this.#pushes.splice(0)) push.close();
  }

  async #open(host: string, port: number): Promise<Socket> {
    const socket = connect({ host, port });
    this.#sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
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
    const strangers = new Strangers();
    t.teardown(() => strangers.leave());
    const [alone, among]: [number[], number[]] = [[], []];
    // In turns, as others may be busy on this machine.
    for (let turn = 1; turn <= 4; turn += 1) {
      alone.push(await measure(`alone ${turn}`));
      await strangers.idle(1000);
      await strangers.babble();
      strangers.knock();
      among.push(await measure(`among ${turn}`));
      strangers.leave();
    }
    run.stdin.end();
    t.like(await run.ended, { code: 0, stderr: '' });
    const slower = Math.min(...among) / Math.min(...alone);
    t.true(slower < 1.2, `a round takes ${slower.toFixed(2)} times as long`);
  },
);
