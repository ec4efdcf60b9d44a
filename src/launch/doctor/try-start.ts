import { randomBytes } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { Host } from '../../hosts/host.ts';
import { Tail } from '../forward/tail.ts';
import { type RemoteProcess, runHere } from '../remote/agent-process.ts';
import type { RemoteStart } from '../remote/command.ts';
import { type HostError, startFailure } from '../remote/host-error.ts';
import { insistently } from '../remote/insistently.ts';
import type { Warden } from '../start/warden.ts';
import { typedFor } from './by-hand.ts';
import type { Outcome, Trouble } from './outcome.ts';

/** As long as a job waits for the first word of an agent. */
const PATIENCE_MS = 20_000;
/** So many lines of what a command says are worth telling. */
const SHOWN_LINES = 4;
/** More is no answer to a line of our own. */
const MOST_BYTES = 1024 * 1024;

/** Run `cat` on a host and see whether a line comes back as it was sent: all that an agent needs. */
export async function tryStart(
  way: RemoteStart,
  host: Host,
  warden: Warden,
  patienceMs: number = PATIENCE_MS,
): Promise<Outcome> {
  const failed = (problem: string, remedy: string = ''): Trouble => ({
    result: 'failed',
    problem,
    command: `echo hello | ${typedFor(way, host, ['cat'])}`,
    remedy,
  });
  let answer: Answer;
  try {
    answer = await insistently(() =>
      converse(runHere(way.commandFor(host, ['cat']), warden), way.name, host.name, patienceMs),
    );
  } catch (error) {
    const { message, remedy } = error as HostError;
    return failed(message, remedy);
  }
  switch (answer) {
    case 'echo':
      return { result: 'ok' };
    case 'silence':
      return failed(
        `${way.name} started, but nothing came back in ${patienceMs / 1000} s`,
        `see whether a profile there waits for something; with docker and kubectl, standard input needs -i`,
      );
    case 'terminal':
      return failed(
        `${way.name} puts a terminal in between, which changes what is sent`,
        'take away -t, which asks for one',
      );
    case 'nothing':
      return failed(
        `${way.name} runs a command there, but what is sent to it does not come back`,
        'connect standard input, as docker and kubectl do with -i; a profile there must not read it, nor start another program',
      );
  }
}

/** What came back: the line, the line as a terminal shows it, something else or nothing, or nothing so far. */
type Answer = 'echo' | 'terminal' | 'nothing' | 'silence';

/** @throws HostError if the command failed */
async function converse(
  process: RemoteProcess,
  startName: string,
  host: string,
  patienceMs: number,
): Promise<Answer> {
  const { stdin, stdout, stderr, ended } = process;
  const word = `tsmpi-${randomBytes(8).toString('hex')}`;
  let heard = '';
  const errors = new Tail();
  stderr.on('data', (chunk: Buffer) => errors.take(chunk));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs);
  });
  const echoed = new Promise<'echoed'>((resolve) => {
    stdout.on('data', (chunk: Buffer) => {
      if (heard.length > MOST_BYTES) return;
      heard += chunk.toString('latin1');
      if (heard.includes(`${word}\n`)) resolve('echoed');
    });
  });
  stdin.end(`${word}\n`);
  const news = await Promise.race([ended, echoed, late]);
  clearTimeout(timer);
  const isOver = news !== 'echoed' && news !== 'late';
  if (isOver) {
    const closed = [stdout, stderr].map((s) => finished(s, { writable: false }).catch(() => {}));
    await Promise.all(closed);
  }
  process.kill();
  if (heard.includes(`${word}\n`)) return 'echo';
  if (heard.includes(word)) return 'terminal';
  if (!isOver) return 'silence';
  if (news === 'ended with exit code 0') return 'nothing';
  throw startFailure(host, startName, news, errors.lines().slice(-SHOWN_LINES));
}
