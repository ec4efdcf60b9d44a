import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { MpiError } from '../base/error.ts';
import { CLIENT_HELLO_BYTES, ServerHandshake, secretOf } from './handshake.ts';
import { type Hello, readHello } from './hello.ts';
import { ownOwner } from './owner.ts';
import { formatPort, socketFile, unixPort } from './port-name.ts';
import { randomId } from './random-id.ts';
import { readBytes } from './read-bytes.ts';
import { Seal } from './seal.ts';
import { Talk } from './talk.ts';

/** Where a port is opened, and for whom. */
export type PortPlace =
  /** For the processes of this user on this host. */
  | { readonly folder: string }
  /** For all who hold the key. */
  | {
      readonly address: string;
      readonly key: string;
      /** The ports of the host that may be taken; any if left out. */
      readonly range?: { readonly first: number; readonly last: number } | undefined;
    };

/** Whoever has connected but not said who it is by then is cut off. */
const HELLO_MS = 5_000;

/**
 * In the network so many may be about to say who they are; whoever comes then takes the place of the one that has been at it
 * for longest.
 */
const MOST_STRANGERS = 256;

/** A root of another job that waits to be accepted. */
export interface Visitor {
  readonly talk: Talk;
  readonly hello: Hello;
}

interface Waiter {
  readonly resolve: (visitor: Visitor) => void;
  readonly reject: (error: unknown) => void;
}

/** A port that this process has opened: those who come wait in a row until they are accepted. */
export class OpenPort {
  readonly name: string;
  readonly #server: Server;
  readonly #file: string | undefined;
  /** Says why somebody cannot be accepted, if so. */
  readonly #refuse: (hello: Hello) => string | undefined;
  readonly #strangers = new Set<Socket>();
  readonly #visitors: Visitor[] = [];
  readonly #waiters: Waiter[] = [];
  #closed = false;

  /** @throws MpiError `ERR_PORT` if it cannot be opened there */
  static async open(
    place: PortPlace,
    refuse: (hello: Hello) => string | undefined,
  ): Promise<OpenPort> {
    const id = randomId();
    if ('folder' in place) {
      const file = join(place.folder, socketFile(ownOwner(), id.slice(0, 8)));
      const server = createServer();
      await listening(server, { path: file });
      return new OpenPort(unixPort(file), server, file, refuse, (socket) =>
        Promise.resolve(new Talk(socket)),
      );
    }
    const { address, key, range } = place;
    const secret = await secretOf(key, id);
    const server = await listenIn(address, range);
    const { port } = server.address() as { port: number };
    const name = formatPort({ kind: 'tcp', address, port, id });
    return new OpenPort(name, server, undefined, refuse, (socket) =>
      prove(socket, new ServerHandshake(secret, id)),
    );
  }

  private constructor(
    name: string,
    server: Server,
    file: string | undefined,
    refuse: (hello: Hello) => string | undefined,
    prove: (socket: Socket) => Promise<Talk | undefined>,
  ) {
    this.name = name;
    this.#server = server;
    this.#file = file;
    this.#refuse = refuse;
    server.on('connection', (socket: Socket) => void this.#receive(socket, prove));
    server.unref();
  }

  /** Wait for the next visitor. @returns that, and what stops to wait */
  next(): { readonly visitor: Promise<Visitor>; readonly stop: () => void } {
    const first = this.#visitors.shift();
    if (first !== undefined) return { visitor: Promise.resolve(first), stop: () => {} };
    if (this.#closed) return { visitor: Promise.reject(this.#closedError()), stop: () => {} };
    let waiter: Waiter | undefined;
    const visitor = new Promise<Visitor>((resolve, reject) => {
      waiter = { resolve, reject };
      this.#waiters.push(waiter);
    });
    this.#server.ref();
    const stop = (): void => {
      const at = this.#waiters.indexOf(waiter as Waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
      if (this.#waiters.length === 0) this.#server.unref();
    };
    return { visitor, stop };
  }

  /** Have a visitor wait anew, since nobody has taken care of it. */
  giveBack(visitor: Visitor): void {
    this.#welcome(visitor);
  }

  /** Accept nobody more. Those who wait are turned away. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    this.removeFile();
    for (const socket of this.#strangers) socket.destroy();
    for (const { talk } of this.#visitors.splice(0)) turnAway(talk, 'the port was closed');
    for (const { reject } of this.#waiters.splice(0)) reject(this.#closedError());
  }

  /** Take the file away at once, since the process ends. */
  removeFile(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }

  async #receive(
    socket: Socket,
    prove: (socket: Socket) => Promise<Talk | undefined>,
  ): Promise<void> {
    const [oldest] = this.#strangers;
    const most = this.#file === undefined ? MOST_STRANGERS : Number.POSITIVE_INFINITY;
    if (this.#strangers.size >= most) oldest?.destroy();
    this.#strangers.add(socket);
    socket.unref();
    socket.on('error', () => {});
    const late = setTimeout(() => socket.destroy(), HELLO_MS).unref();
    try {
      const talk = await prove(socket);
      const hello = talk && readHello(await talk.next());
      if (talk === undefined || hello === undefined) socket.destroy();
      else this.#welcome({ talk, hello });
    } catch {
      // It has gone, or it is none of us.
      socket.destroy();
    } finally {
      clearTimeout(late);
      this.#strangers.delete(socket);
    }
  }

  #welcome(visitor: Visitor): void {
    const { talk, hello } = visitor;
    const refusal = this.#closed ? 'the port was closed' : this.#refuse(hello);
    if (refusal !== undefined) {
      turnAway(talk, refusal);
      return;
    }
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      if (this.#waiters.length === 0) this.#server.unref();
      waiter.resolve(visitor);
      return;
    }
    this.#visitors.push(visitor);
    talk.socket.on('close', () => {
      const at = this.#visitors.indexOf(visitor);
      if (at >= 0) this.#visitors.splice(at, 1);
    });
  }

  #closedError(): MpiError {
    return new MpiError('ERR_PORT', `port ${this.name} was closed`);
  }
}

/** Tell a visitor that it cannot be accepted, and why. */
export function turnAway(talk: Talk, refused: string): void {
  talk.send({ refused });
  talk.close();
}

/** Have whoever has connected prove that it holds the key. */
async function prove(socket: Socket, handshake: ServerHandshake): Promise<Talk | undefined> {
  socket.write(handshake.hello);
  const hello = await readBytes(socket, CLIENT_HELLO_BYTES);
  const proven = hello && handshake.take(hello);
  if (proven === undefined) return undefined;
  socket.write(proven.proof);
  return new Talk(socket, new Seal(proven.keys));
}

async function listenIn(
  address: string,
  range: { readonly first: number; readonly last: number } = { first: 0, last: 0 },
): Promise<Server> {
  for (let port = range.first; ; port += 1) {
    const server = createServer();
    try {
      await listening(server, { host: address, port });
      return server;
    } catch (error) {
      if (port === range.last) throw error;
    }
  }
}

async function listening(
  server: Server,
  where: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    server.listen(where);
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const place = 'path' in where ? where.path : `${where.host}, port ${where.port}`;
    const remedy = code === 'EADDRNOTAVAIL' ? '; give an address of this host' : '';
    const text = `no port can be opened at ${place}: ${code ?? message}${remedy}`;
    throw new MpiError('ERR_PORT', text);
  }
}
