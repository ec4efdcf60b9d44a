import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { MpiError } from '../base/error.ts';
import { isPrivate } from './folder.ts';
import { ClientHandshake, SERVER_HELLO_BYTES, SERVER_PROOF_BYTES, secretOf } from './handshake.ts';
import { lives } from './owner.ts';
import { formatPort, type Place } from './port-name.ts';
import { readBytes } from './read-bytes.ts';
import { Seal } from './seal.ts';
import { Talk } from './talk.ts';

/** Who listens at a port answers within this time, whatever its program does: unless the network swallows what is sent there. */
const ANSWER_MS = 10_000;

/** Connect to a port, and see that who listens there holds the key. @throws MpiError `ERR_PORT` */
export async function goTo(place: Place, key: string | undefined): Promise<Talk> {
  if (place.kind === 'unix') return await goToFile(place, key);
  if (key === undefined) {
    throw new MpiError(
      'ERR_PORT',
      `port ${formatPort(place)} was opened with a key: connect(port, { key })`,
    );
  }
  const { address, port, id } = place;
  const secret = await secretOf(key, id);
  const socket = connect({ host: address, port });
  const late = setTimeout(() => socket.destroy(), ANSWER_MS);
  try {
    await connected(socket, formatPort(place), '');
    return await prove(socket, new ClientHandshake(secret, id), formatPort(place));
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function goToFile(
  place: Place & { readonly kind: 'unix' },
  key: string | undefined,
): Promise<Talk> {
  const { path, owner } = place;
  const name = formatPort(place);
  if (key !== undefined) {
    const text = `port ${name} was opened without a key, for this user on its host; leave the key out, or have it opened with one`;
    throw new MpiError('ERR_PORT', text);
  }
  if (!lives(owner)) throw nobody(name, `: process ${owner.pid}, which had opened it, has ended`);
  if (!isPrivate(dirname(path))) {
    const text = `port ${name} lies in a folder that is not this user's alone, so whoever listens there may be anybody`;
    throw new MpiError('ERR_PORT', text);
  }
  const socket = connect({ path });
  await connected(socket, name, `: process ${owner.pid} has closed it`);
  return new Talk(socket);
}

async function connected(socket: Socket, name: string, reason: string): Promise<void> {
  try {
    const failed = once(socket, 'close').then(() => {
      throw new MpiError('ERR_PORT', `nobody answers at port ${name}`);
    });
    failed.catch(() => {});
    await Promise.race([once(socket, 'connect'), failed]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof MpiError) throw error;
    throw nobody(name, reason === '' || code === 'EACCES' ? ` (${code})` : reason);
  }
}

function nobody(name: string, reason: string): MpiError {
  const text = `nobody listens at port ${name}${reason}; start the job that opens it, and ask for its port anew`;
  return new MpiError('ERR_PORT', text);
}

async function prove(socket: Socket, handshake: ClientHandshake, name: string): Promise<Talk> {
  socket.on('error', () => {});
  const hello = await readBytes(socket, SERVER_HELLO_BYTES);
  const answer = hello && handshake.take(hello);
  if (answer === undefined) {
    throw new MpiError('ERR_PORT', `what listens at port ${name} is no port of tsmpi`);
  }
  socket.write(answer);
  const proof = await readBytes(socket, SERVER_PROOF_BYTES);
  const keys = proof && handshake.finish(proof);
  if (keys !== undefined) return new Talk(socket, new Seal(keys));
  throw new MpiError(
    'ERR_PORT',
    `who listens at port ${name} does not take the key; give the one that it was opened with`,
  );
}
