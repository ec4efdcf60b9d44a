import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The keys of one connection, one for each direction. Each is new for each connection, so their nonces can be counted. */
export interface SealKeys {
  readonly outgoing: Uint8Array;
  readonly incoming: Uint8Array;
}

/** Protects what goes over one connection from being read, changed, left out, repeated or put in another order. */
export class Seal {
  readonly #keys: SealKeys;
  #sealed = 0;
  #opened = 0;

  constructor(keys: SealKeys) {
    this.#keys = keys;
  }

  seal(content: Uint8Array): Uint8Array {
    const cipher = createCipheriv(CIPHER, this.#keys.outgoing, nonceOf(this.#sealed));
    this.#sealed += 1;
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error if it is not the next thing that the other side has sealed */
  open(sealed: Uint8Array): Uint8Array {
    const end = sealed.length - TAG_BYTES;
    if (end < 0) throw new Error('what came is no sealed frame');
    const cipher = createDecipheriv(CIPHER, this.#keys.incoming, nonceOf(this.#opened), {
      authTagLength: TAG_BYTES,
    });
    this.#opened += 1;
    cipher.setAuthTag(sealed.subarray(end));
    return Buffer.concat([cipher.update(sealed.subarray(0, end)), cipher.final()]);
  }
}

function nonceOf(count: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(NONCE_BYTES - 8, BigInt(count));
  return nonce;
}
