import { timingSafeEqual } from 'node:crypto';
import type { Context, Router } from 'zeromq';

/** The key pair of one job, in Z85: all of its ranks hold it, and nobody else. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

type Zeromq = typeof import('zeromq');

const ZAP_ENDPOINT = 'inproc://zeromq.zap.01';
const MECHANISM = 5;
const CLIENT_KEY = 6;

/** The options of a socket that accepts connections. */
export function serverOptions(keys: CurveKeys | undefined): object {
  if (keys === undefined) return {};
  return { curveServer: true, curveSecretKey: keys.secretKey, zapDomain: 'tsmpi' };
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
 * Admit only clients that hold the job's key.
 *
 * CURVE proves that a client holds the secret of the key it shows, but accepts any key. This answers
 * ZeroMQ's question which of them to accept.
 *
 * @returns the socket that answers; closing it ends the admission
 * @see ZeroMQ RFC 27 (ZAP)
 */
export async function admitOnly(
  keys: CurveKeys,
  zeromq: Zeromq,
  context: Context,
): Promise<Router> {
  const expected = decodeZ85(keys.publicKey);
  const router = new zeromq.Router({ context, linger: 0 });
  await router.bind(ZAP_ENDPOINT);
  void (async () => {
    for await (const frames of router) {
      // An answer goes back the way its question came: everything up to the empty frame.
      const start = frames.findIndex((frame) => frame.length === 0) + 1;
      const [version, id, ...rest] = frames.slice(start) as [Buffer, Buffer, ...Buffer[]];
      const key = rest[CLIENT_KEY - 2];
      const admitted =
        rest[MECHANISM - 2]?.toString() === 'CURVE' &&
        key?.length === expected.length &&
        timingSafeEqual(key, expected);
      const [status, text] = admitted ? ['200', 'OK'] : ['400', 'unknown key'];
      await router.send([...frames.slice(0, start), version, id, status, text, 'tsmpi', '']);
    }
  })().catch(() => {
    // The socket was closed with the transport.
  });
  return router;
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
