import type { Socket } from 'node:net';
import { Mux } from '../remote/mux.ts';
import { RemoteRank } from '../remote/remote-rank.ts';
import type { OnMessage, RankCommand, StartedRank } from '../start/start.ts';
import type { Member, MemberEnd, StopReason } from './member-facts.ts';
import type { FromMember, ToMember } from './protocol.ts';

/** What a link tells its owner. */
export interface LinkEvents {
  /** The member said who it is. */
  onHere(member: Member): void;
  /** The member asks for the end of the job. */
  onStop(reason: StopReason): void;
  /** The member is gone, though the job is not over. Called once. */
  onLost(): void;
}

/** The gatherer's view of one member. */
export class MemberLink {
  readonly #socket: Socket;
  readonly #mux: Mux;
  readonly #events: LinkEvents;
  #rank: RemoteRank | undefined;
  #over = false;

  constructor(socket: Socket, events: LinkEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('error', () => {});
    this.#mux = new Mux(socket, socket, {
      onMessage: (message) => this.#take(message as FromMember),
      onClosed: () => {
        if (this.#over) return;
        this.#over = true;
        socket.destroy();
        events.onLost();
        this.#rank?.lose();
      },
    });
    this.#send({ kind: 'meet' });
  }

  /** Have the member start its rank. Rejects with an error that says why it could not be started. */
  start({ segment, ...command }: RankCommand, onMessage: OnMessage): Promise<StartedRank> {
    const { rank } = command;
    if (this.#over) return Promise.reject(new Error(`tsrun join of rank ${rank} is gone`));
    const send = (message: unknown): void => this.#send(message as ToMember);
    this.#rank = new RemoteRank(rank, this.#mux, send, onMessage);
    const path = segment === undefined ? undefined : `/proc/${process.pid}/fd/${segment}`;
    this.#send({ kind: 'start', rank, command, segment: path });
    return this.#rank.started;
  }

  /** The job is over. Resolves once that is on its way. */
  async over({ exitCode, text }: MemberEnd): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#send({ kind: 'over', exitCode, text });
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.end(() => resolve());
    });
  }

  #take(message: FromMember): void {
    switch (message.kind) {
      case 'here':
        this.#events.onHere(message.member);
        break;
      case 'stop':
        this.#events.onStop(message);
        break;
      default:
        this.#rank?.take(message);
    }
  }

  #send(message: ToMember): void {
    this.#mux.send(message);
  }
}
