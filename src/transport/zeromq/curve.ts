import { createRequire } from 'node:module';
import { decodeZ85 } from './z85.ts';

const load = createRequire(import.meta.url);

/** The key pair of one job, in Z85: all of its ranks hold it, and nobody else. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** How a job keeps strangers out. */
export interface Protection {
  readonly keys: CurveKeys;
  /**
   * Whether messages are encrypted. If not, each connection begins with a password that only holders of the
   * keys know: strangers can put nothing in, unless they can read what goes over the network.
   */
  readonly encrypt: boolean;
}

/** Where ZeroMQ asks whom to admit. @see ZeroMQ RFC 27 (ZAP) */
export const ZAP_ENDPOINT = 'inproc://zeromq.zap.01';
const ZAP_DOMAIN = 'tsmpi';
const PLAIN_USER = 'tsmpi';

/** The options of a socket that accepts connections. */
export function serverOptions(protection: Protection | undefined): object {
  if (protection === undefined) return {};
  const { keys, encrypt } = protection;
  return {
    ...(encrypt ? { curveServer: true, curveSecretKey: keys.secretKey } : { plainServer: true }),
    zapDomain: ZAP_DOMAIN,
    // Without this a socket that finds nobody to ask admits everybody.
    zapEnforceDomain: true,
  };
}

/** The options of a socket that connects. */
export function clientOptions(protection: Protection | undefined): object {
  if (protection === undefined) return {};
  const { keys, encrypt } = protection;
  if (!encrypt) return { plainUsername: PLAIN_USER, plainPassword: passwordOf(keys) };
  return {
    curveServerKey: keys.publicKey,
    curvePublicKey: keys.publicKey,
    curveSecretKey: keys.secretKey,
  };
}

/**
 * Make the function that answers a question of ZeroMQ whether to admit a client: only one that holds the
 * job's keys.
 *
 * CURVE proves that a client holds the secret of the key it shows, but accepts any key. PLAIN proves nothing.
 *
 * @see ZeroMQ RFC 27 (ZAP)
 */
export function admissionFor({
  keys,
  encrypt,
}: Protection): (question: readonly Buffer[]) => (Buffer | string)[] {
  const mechanism = encrypt ? 'CURVE' : 'PLAIN';
  const expected = encrypt
    ? [decodeZ85(keys.publicKey)]
    : [PLAIN_USER, passwordOf(keys)].map((text) => Buffer.from(text));
  const { timingSafeEqual } = loadCrypto();
  return (question) => {
    // The answer goes back the way the question came: everything up to the empty frame.
    const start = question.findIndex((frame) => frame.length === 0) + 1;
    const [version, id, domain, , , named, ...shown] = question.slice(start);
    const admitted =
      domain?.toString() === ZAP_DOMAIN &&
      named?.toString() === mechanism &&
      shown.length === expected.length &&
      expected.every((right, n) => {
        const given = shown[n];
        return given?.length === right.length && timingSafeEqual(given, right);
      });
    const verdict = admitted ? ['200', 'OK'] : ['400', 'unknown key'];
    // No name for the client: ZeroMQ would put it before its first message, as one that nobody can read.
    const userId = '';
    return [...question.slice(0, start), version ?? '', id ?? '', ...verdict, userId, ''];
  };
}

/** The password of the job: it travels in the open, so it must not tell the secret key. */
function passwordOf({ secretKey }: CurveKeys): string {
  return loadCrypto().createHmac('sha256', secretKey).update('tsmpi plain').digest('hex');
}

/** Only jobs with keys need it, and it takes 3 ms to load. */
function loadCrypto(): typeof import('node:crypto') {
  return load('node:crypto') as typeof import('node:crypto');
}
