import {
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import type { SealKeys } from './seal.ts';

/**
 * How two processes that hold the same key find out that they do, before anything else is read:
 *
 *     server: GREETING, its public key S              client: its public key C, HMAC(secret, "client", port, S, C)
 *     server: HMAC(secret, "server", port, S, C)
 *
 * S and C are made for this connection alone (X25519), and so are the keys for what follows, by HKDF from what both public keys
 * make together and the secret: who learns the key of the port later can still not read what was said. The client proves
 * first, so a stranger that connects gets nothing which depends on the key.
 */

/** What a port says to whoever connects. */
export const GREETING: Uint8Array = new TextEncoder().encode('TSMPI01\n');
const KEY_BYTES = 32;
const PROOF_BYTES = 32;

/** What comes first from each side, and then from the server. */
export const SERVER_HELLO_BYTES: number = GREETING.length + KEY_BYTES;
export const CLIENT_HELLO_BYTES: number = KEY_BYTES + PROOF_BYTES;
export const SERVER_PROOF_BYTES: number = PROOF_BYTES;

/** Make the secret of a port of its key: slowly, so that a key cannot be found by trying many. @param id  of the port */
export function secretOf(key: string, id: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(key, `tsmpi port ${id}`, 32, (error, secret) => {
      if (error === null) resolve(secret);
      else reject(error);
    });
  });
}

/** A key pair for one connection. */
interface Pair {
  readonly own: KeyObject;
  readonly shown: Uint8Array;
}

function makePair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const { x = '' } = publicKey.export({ format: 'jwk' }) as { x?: string };
  return { own: privateKey, shown: Buffer.from(x, 'base64url') };
}

/** The server's side of one handshake. */
export class ServerHandshake {
  /** To be sent first. */
  readonly hello: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #id: string;
  readonly #pair: Pair = makePair();

  constructor(secret: Uint8Array, id: string) {
    this.#secret = secret;
    this.#id = id;
    this.hello = Buffer.concat([GREETING, this.#pair.shown]);
  }

  /** Take in what the client says. @returns undefined if it does not hold the key */
  take(hello: Uint8Array): { readonly proof: Uint8Array; readonly keys: SealKeys } | undefined {
    const theirs = hello.subarray(0, KEY_BYTES);
    const talk = { secret: this.#secret, id: this.#id, server: this.#pair.shown, client: theirs };
    if (!timingSafeEqual(hello.subarray(KEY_BYTES), proofOf('client', talk))) return undefined;
    const keys = keysOf(this.#pair.own, theirs, talk);
    if (keys === undefined) return undefined;
    const [toServer, toClient] = keys;
    return { proof: proofOf('server', talk), keys: { incoming: toServer, outgoing: toClient } };
  }
}

/** The client's side of one handshake. */
export class ClientHandshake {
  readonly #secret: Uint8Array;
  readonly #id: string;
  readonly #pair: Pair = makePair();
  #server: Uint8Array | undefined;

  constructor(secret: Uint8Array, id: string) {
    this.#secret = secret;
    this.#id = id;
  }

  /** Take in how the server begins. @returns what to send; undefined if that is no port of ours */
  take(hello: Uint8Array): Uint8Array | undefined {
    if (Buffer.compare(hello.subarray(0, GREETING.length), GREETING) !== 0) return undefined;
    this.#server = hello.slice(GREETING.length);
    return Buffer.concat([this.#pair.shown, proofOf('client', this.#talk(this.#server))]);
  }

  /** Take in the proof of the server. @returns undefined if it does not hold the key */
  finish(proof: Uint8Array): SealKeys | undefined {
    const server = this.#server as Uint8Array;
    const talk = this.#talk(server);
    if (!timingSafeEqual(proof, proofOf('server', talk))) return undefined;
    const keys = keysOf(this.#pair.own, server, talk);
    return keys && { outgoing: keys[0], incoming: keys[1] };
  }

  #talk(server: Uint8Array): Talk {
    return { secret: this.#secret, id: this.#id, server, client: this.#pair.shown };
  }
}

interface Talk {
  readonly secret: Uint8Array;
  readonly id: string;
  readonly server: Uint8Array;
  readonly client: Uint8Array;
}

function proofOf(side: 'server' | 'client', { secret, id, server, client }: Talk): Uint8Array {
  const hmac = createHmac('sha256', secret).update(`tsmpi port ${side} ${id} `);
  return hmac.update(server).update(client).digest();
}

/** The keys of both directions, to the server and to the client; undefined if the other one is no public key. */
function keysOf(
  own: KeyObject,
  theirs: Uint8Array,
  { secret, server, client }: Talk,
): [Uint8Array, Uint8Array] | undefined {
  const x = Buffer.from(theirs).toString('base64url');
  let common: Buffer;
  try {
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x },
      format: 'jwk',
    });
    common = diffieHellman({ privateKey: own, publicKey });
  } catch {
    return undefined;
  }
  const input = Buffer.concat([common, secret]);
  const salt = Buffer.concat([server, client]);
  const derive = (direction: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', input, salt, `tsmpi port ${direction}`, KEY_BYTES));
  return [derive('to server'), derive('to client')];
}
