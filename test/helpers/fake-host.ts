import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { RemoteProcess } from '../../src/launch/remote/agent-process.ts';
import { Mux } from '../../src/launch/remote/mux.ts';
import type { FromAgent, HostFacts, ToAgent } from '../../src/launch/remote/protocol.ts';
import { deferred } from './deferred.ts';

/** What the agent of such a host says of it. */
export const FACTS: HostFacts = {
  hostname: 'fake',
  platform: 'linux',
  arch: 'x64',
  libc: 'glibc',
  nodeVersion: '22.0.0',
  time: 0,
};

/** A command that is no process. */
export class FakeProcess implements RemoteProcess {
  readonly stdin: PassThrough = new PassThrough();
  readonly stdout: PassThrough = new PassThrough();
  readonly stderr: PassThrough = new PassThrough();
  killed = false;
  #over = false;
  readonly #ending = deferred<string>();

  get ended(): Promise<string> {
    return this.#ending.promise;
  }

  /** Come to an end, as a process does. */
  end(ending: string): void {
    this.#over = true;
    for (const stream of [this.stdout, this.stderr]) stream.end();
    this.stdin.destroy();
    this.#ending.resolve(ending);
  }

  kill(): void {
    if (this.#over) return;
    this.killed = true;
    this.end('was killed by SIGKILL');
  }
}

/** A host whose agent lives in this process: it says hello, and what else the test has it say. */
export class FakeHost extends FakeProcess {
  readonly name: string;
  /** All that it was told but beats, oldest first. */
  readonly told: ToAgent[] = [];
  /** Its side of the streams, once it has said hello. */
  mux: Mux | undefined;
  /** Does something for each word of the launcher. */
  onTold: (message: ToAgent) => void = () => {};
  #onNews: () => void = () => {};

  /** @param hello  whether it says hello as soon as it has its code */
  constructor(name: string, hello: boolean = true) {
    super();
    this.name = name;
    if (hello) void this.greet();
  }

  /** Take in the code and speak. @returns the code */
  async greet(line: string = 'tsmpi-agent 1 hello'): Promise<string> {
    const code = await this.#takeCode();
    this.stdout.write(`\n${line}\n`);
    this.mux = new Mux(this.stdin, this.stdout, {
      onMessage: (message) => this.#take(message as ToAgent),
      onClosed: () => {},
    });
    this.stdin.resume();
    return code;
  }

  say(message: FromAgent): void {
    this.mux?.send(message);
  }

  /** Wait for a message of this kind that is yet to come. */
  async tellOf<K extends ToAgent['kind']>(kind: K): Promise<ToAgent & { kind: K }> {
    for (;;) {
      const found = this.told.find((message) => message.kind === kind);
      if (found !== undefined) {
        this.told.splice(this.told.indexOf(found), 1);
        return found as ToAgent & { kind: K };
      }
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
    }
  }

  #take(message: ToAgent): void {
    if (message.kind === 'beat') return;
    this.told.push(message);
    if (message.kind === 'begin') this.say({ kind: 'hello', ...FACTS, hostname: this.name });
    if (message.kind === 'end') this.end('ended with exit code 0');
    this.onTold(message);
    this.#onNews();
  }

  async #takeCode(): Promise<string> {
    let bytes = Buffer.alloc(0);
    const { stdin } = this;
    const header = (): RegExpExecArray | null => /^(\d+)\n/.exec(bytes.toString('latin1', 0, 20));
    const length = (): number => Number(header()?.[1]) + (header()?.[0].length ?? 0);
    while (header() === null || bytes.length < length()) {
      const chunk: Buffer | null = stdin.read();
      if (chunk === null) await once(stdin, 'readable');
      else bytes = Buffer.concat([bytes, chunk]);
    }
    const end = length();
    if (bytes.length > end) stdin.unshift(bytes.subarray(end));
    return bytes.toString('utf8', header()?.[0].length, end);
  }
}
