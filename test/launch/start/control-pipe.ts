import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { FromRank } from '../../../src/control/message.ts';
import { openControlPipe } from '../../../src/launch/start/control-pipe.ts';
import { isGone, makeFolder } from '../../helpers/launcher.ts';

/** Both ends of a pipe. */
async function makePipe(t: ExecutionContext): Promise<[Socket, Socket]> {
  const path = join(makeFolder(t), 'pipe');
  const server = createServer().listen(path);
  t.teardown(() => server.close());
  await once(server, 'listening');
  const rank = connect(path);
  const [launcher] = (await once(server, 'connection')) as [Socket];
  t.teardown(() => rank.destroy());
  return [launcher, rank];
}

test('messages are one line each, wherever the pipe cuts them', async (t) => {
  const [launcher, rank] = await makePipe(t);
  const got: FromRank[] = [];
  const pipe = openControlPipe(launcher, (message) => got.push(message));
  const bytes = Buffer.from('{"kind":"joined","address":"ä€"}\n{"kind":"joined"}\n');
  rank.setNoDelay(true);
  for (const byte of bytes) rank.write(Buffer.of(byte));
  rank.end();
  await pipe.ended;
  t.deepEqual(got, [{ kind: 'joined', address: 'ä€' }, { kind: 'joined' }]);
});

test('lines that are no message of ours are skipped', async (t) => {
  const [launcher, rank] = await makePipe(t);
  const got: FromRank[] = [];
  const pipe = openControlPipe(launcher, (message) => got.push(message));
  rank.end('garbage\n{"kind":\n\n\n[1]\n{"kind":"joined"}\n{"kind":"joined"} half');
  await pipe.ended;
  t.deepEqual(got, [{ kind: 'joined' }]);
});

test('a line without end is not kept, and the next one is heard', async (t) => {
  const [launcher, rank] = await makePipe(t);
  const got: FromRank[] = [];
  const pipe = openControlPipe(launcher, (message) => got.push(message));
  const million = 'x'.repeat(1_000_000);
  rank.write('{"kind":"joined","address":"');
  for (let count = 0; count < 20; count += 1) rank.write(million);
  rank.end('"}\n{"kind":"joined"}\n');
  await pipe.ended;
  t.deepEqual(got, [{ kind: 'joined' }]);
});

test('sending after the other end is gone does nothing', async (t) => {
  const [launcher, rank] = await makePipe(t);
  const pipe = openControlPipe(launcher, () => {});
  rank.destroy();
  pipe.send({ kind: 'finalized' });
  await pipe.ended;
  pipe.send({ kind: 'finalized' });
  pipe.close();
  t.pass();
});

test('the last words of a rank are heard although it was sent something after them', async (t) => {
  // Its end of the pipe is known to be closed before anything is read.
  const program = `require('node:fs').writeSync(3, '{"kind":"joined"}\\n')`;
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const got: FromRank[] = [];
  const pipe = openControlPipe(child.stdio[3] as Socket, (message) => got.push(message));
  while (!isGone(child.pid as number));
  pipe.send({ kind: 'finalized' });
  await pipe.ended;
  t.deepEqual(got, [{ kind: 'joined' }]);
});
