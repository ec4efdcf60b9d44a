import { setMaxListeners } from 'node:events';
import { connect } from 'node:net';
import { answerWith, GREETING, MOST_ANSWER_BYTES } from './greeting.ts';

/** Another host, and where it may be reached. */
export interface ProbeTarget {
  readonly host: number;
  /** The most promising first. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** What its probe answers. */
  readonly token: string;
}

/** What one address said. */
export interface ReachFailure {
  readonly address: string;
  readonly reason: string;
}

/** Under which address this host reaches another, or why under none. */
export type Reached =
  | { readonly host: number; readonly address: string }
  | { readonly host: number; readonly failures: readonly ReachFailure[] };

/** Once one address has answered, those before it in the list get so much longer. */
const PATIENCE_MS = 200;

/** Find for each host the first of its addresses under which its own probe answers. Never rejects. */
export function reach(
  targets: readonly ProbeTarget[],
  timeoutMs: number,
): Promise<readonly Reached[]> {
  return Promise.all(targets.map((target) => reachOne(target, targets, timeoutMs)));
}

async function reachOne(
  { host, addresses, port, token }: ProbeTarget,
  all: readonly ProbeTarget[],
  timeoutMs: number,
): Promise<Reached> {
  const ending = new AbortController();
  // One listener for each address; Node would warn of more than ten.
  setMaxListeners(0, ending.signal);
  let patience: NodeJS.Timeout | undefined;
  // All at once, as one that leads nowhere may take the whole time.
  const tries = addresses.map(async (address): Promise<ReachFailure | undefined> => {
    const heard = await greet(address, port, timeoutMs, ending.signal);
    if (heard.answer !== answerWith(token)) {
      return { address, reason: heard.failure ?? describe(heard.answer, all) };
    }
    patience ??= setTimeout(() => ending.abort(), PATIENCE_MS);
    return undefined;
  });
  const failures: ReachFailure[] = [];
  try {
    for (const [n, address] of addresses.entries()) {
      const failure = await tries[n];
      if (failure === undefined) return { host, address };
      failures.push(failure);
    }
    return { host, failures };
  } finally {
    clearTimeout(patience);
    ending.abort();
  }
}

/** What came of one try: an answer, or why there is none. */
interface Heard {
  readonly answer: string;
  readonly failure?: string | undefined;
}

function greet(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Heard> {
  return new Promise((resolve) => {
    let answer = '';
    let connected = false;
    const socket = connect({ host, port });
    const end = (failure?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', drop);
      socket.destroy();
      resolve({ answer, failure });
    };
    const drop = (): void => end('another address was faster');
    const timer = setTimeout(() => {
      const what = connected ? 'it was connected, but nothing was said' : 'nothing came back';
      end(`${what} within ${timeoutMs / 1000} s`);
    }, timeoutMs);
    signal.addEventListener('abort', drop);
    if (signal.aborted) drop();
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      connected = true;
      socket.write(GREETING);
    });
    socket.on('data', (text) => {
      answer += text;
      if (answer.includes('\n') || answer.length > MOST_ANSWER_BYTES) end();
    });
    socket.on('end', () => end(answer === '' ? 'it hung up without a word' : undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => end(explain(error)));
  });
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused: nobody listens there, or a firewall says so';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to it (${code})`;
    case 'ETIMEDOUT':
      return 'nothing came back';
    case 'ECONNRESET':
      return 'it hung up without a word';
    default:
      return message;
  }
}

/** Say who answered in place of the one that was looked for. */
function describe(answer: string, all: readonly ProbeTarget[]): string {
  const other = all.find(({ token }) => answer === answerWith(token));
  if (other !== undefined) return `it leads to another host of this job, number ${other.host}`;
  if (/^tsmpi-probe 1 [0-9a-f]{32}\n$/.test(answer)) {
    return 'it leads back to this host, or to another job';
  }
  return 'a stranger answered';
}
