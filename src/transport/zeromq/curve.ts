import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** The key pair of one job, in Z85: all of its ranks hold it, and nobody else. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Where ZeroMQ asks whom to admit. @see ZeroMQ RFC 27 (ZAP) */
export const ZAP_ENDPOINT = 'inproc://zeromq.zap.01';
const ZAP_DOMAIN = 'tsmpi';

/** The options of a socket that accepts connections. */
export function serverOptions(keys: CurveKeys | undefined): object {
  if (keys === undefined) return {};
  return {
    curveServer: true,
    curveSecretKey: keys.secretKey,
    zapDomain: ZAP_DOMAIN,
    // Without this a socket that finds nobody to ask admits everybody.
    zapEnforceDomain: true,
  };
}

/** The options of a socket that connects. */
export function clientOptions(keys: CurveKeys | undefined): object {
  if (keys === undefined) return {};
  return {
    curveServerKey: keys.publicKey,
    curvePublicKey: keys.publicKey,
    curveSecretKey: keys.secretKey,
  };
}

/**
 * Make the function that answers a question of ZeroMQ whether to admit a client: only one that holds the
 * job's key.
 *
 * CURVE proves that a client holds the secret of the key it shows, but accepts any key.
 *
 * @see ZeroMQ RFC 27 (ZAP)
 */
export function admissionFor(
  keys: CurveKeys,
): (question: readonly Buffer[]) => (Buffer | string)[] {
  const expected = decodeZ85(keys.publicKey);
  // Only jobs with keys need it, and it takes 3 ms to load.
  const { timingSafeEqual } = load('node:crypto') as typeof import('node:crypto');
  return (question) => {
    // The answer goes back the way the question came: everything up to the empty frame.
    const start = question.findIndex((frame) => frame.length === 0) + 1;
    const [version, id, domain, , , mechanism, key] = question.slice(start);
    const admitted =
      domain?.toString() === ZAP_DOMAIN &&
      mechanism?.toString() === 'CURVE' &&
      key?.length === expected.length &&
      timingSafeEqual(key, expected);
    const verdict = admitted ? ['200', 'OK'] : ['400', 'unknown key'];
    // No name for the client: ZeroMQ would put it before its first message, as one that nobody can read.
    const userId = '';
    return [...question.slice(0, start), version ?? '', id ?? '', ...verdict, userId, ''];
  };
}

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Decode Z85: five characters stand for four bytes. @see ZeroMQ RFC 32 */
function decodeZ85(text: string): Buffer {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    let word = 0;
    for (const character of text.slice(at, at + 5)) word = word * 85 + Z85.indexOf(character);
    bytes.writeUInt32BE(word, (at / 5) * 4);
  }
  return bytes;
}
