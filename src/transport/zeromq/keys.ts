import { generateKeyPairSync } from 'node:crypto';
import type { CurveKeys } from './curve.ts';
import { encodeZ85 } from './z85.ts';

/** Make the keys of one job, or of one connection between two. Whoever does so needs no ZeroMQ, which takes long to load. */
export function makeKeys(): CurveKeys {
  const { publicKey, secretKey } = rawPair();
  return { publicKey: encodeZ85(publicKey), secretKey: encodeZ85(secretKey) };
}

/** A pair for the curve that CURVE is named after; both keys have 32 bytes. @see RFC 7748, ZeroMQ RFC 26 */
function rawPair(): { publicKey: Buffer; secretKey: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const { x = '', d = '' } = {
    ...publicKey.export({ format: 'jwk' }),
    ...privateKey.export({ format: 'jwk' }),
  };
  return { publicKey: Buffer.from(x, 'base64url'), secretKey: Buffer.from(d, 'base64url') };
}
