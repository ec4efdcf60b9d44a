import { type RemoteProcess, runHere } from '../remote/agent-process.ts';
import type { Mux } from '../remote/mux.ts';
import { type FromAgent, relayChannel } from '../remote/protocol.ts';
import type { Warden } from '../start/warden.ts';

/** Commands that this host runs for the launcher, which reaches further hosts through them. */
export class Relays {
  readonly #mux: Mux;
  readonly #warden: Warden;
  readonly #say: (message: FromAgent) => void;
  readonly #running = new Map<number, RemoteProcess>();

  constructor(mux: Mux, warden: Warden, say: (message: FromAgent) => void) {
    this.#mux = mux;
    this.#warden = warden;
    this.#say = say;
  }

  start(id: number, argv: readonly string[]): void {
    const started = runHere(argv, this.#warden);
    this.#running.set(id, started);
    const { stdin, stdout, stderr, ended } = started;
    this.#mux.reader(relayChannel(id, 'pipe')).pipe(stdin);
    stdout.pipe(this.#mux.writer(relayChannel(id, 'pipe')));
    stderr.pipe(this.#mux.writer(relayChannel(id, 'stderr')));
    void ended.then((ending) => {
      this.#running.delete(id);
      this.#say({ kind: 'relay-ended', id, ending });
    });
  }

  kill(id: number): void {
    this.#running.get(id)?.kill();
  }

  close(): void {
    for (const relay of this.#running.values()) relay.kill();
  }
}
