import { closeSync, openSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { reasonOf } from '../../base/error.ts';
import { Mux } from '../remote/mux.ts';
import { rankChannel } from '../remote/protocol.ts';
import { gone } from '../start/gone.ts';
import { type LocalStarter, startLocally } from '../start/local.ts';
import type { StartedRank } from '../start/start.ts';
import type { Member, MemberEnd, StopReason } from './member-facts.ts';
import { MeetingError, type MeetingPlace } from './place.ts';
import type { FromMember, ToMember } from './protocol.ts';

/** The exit code of a member whose job was lost. */
const LOST_EXIT_CODE = 1;

/**
 * One process that another launcher started as a rank: it waits to be met, starts its rank when it is told to, as a
 * child with its own standard streams, and ends when the job does.
 *
 * The rank lives no longer than this process, and no longer than the connection to whoever gathered it.
 */
export class MemberProcess {
  /** Resolves once this process has nothing more to do. Never rejects. */
  readonly ended: Promise<MemberEnd>;
  readonly #member: Member;
  readonly #place: MeetingPlace;
  readonly #starter: LocalStarter;
  readonly #server: Server;
  #gatherer: { socket: Socket; mux: Mux } | undefined;
  #rank: StartedRank | undefined;
  #listened = false;
  #stopped = false;
  #over = false;
  #onEnded: (end: MemberEnd) => void = () => {};

  constructor(member: Member, place: MeetingPlace) {
    this.#member = member;
    this.#place = place;
    this.#starter = startLocally();
    this.#starter.warden.watchFolder(place.folder);
    this.#server = createServer((socket) => this.#accept(socket));
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  /** Whether somebody has come to gather this rank. */
  get met(): boolean {
    return this.#gatherer !== undefined;
  }

  /** Wait to be met from now on. @throws MeetingError */
  async open(): Promise<void> {
    await this.#place.listen(this.#member.rank, this.#server);
    this.#listened = true;
  }

  /** Ask for the end of the job; asked again, or not yet met, end this rank at once. */
  stop({ reason, exitCode }: StopReason): void {
    if (this.#gatherer === undefined || this.#stopped) this.end({ exitCode, text: '' });
    else this.#say({ kind: 'stop', reason, exitCode });
    this.#stopped = true;
  }

  /** Be done, whatever runs. */
  end(end: MemberEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#server.close();
    // What lies there is another's, if this one could not listen.
    if (this.#listened) this.#place.leave(this.#member.rank);
    this.#rank?.kill('SIGKILL');
    this.#gatherer?.socket.destroy();
    void this.#starter.close().then(() => this.#onEnded(end));
  }

  /** Whoever says `meet` first gathers this rank; others only see whether it lives. */
  #accept(socket: Socket): void {
    const mux = new Mux(socket, socket, {
      onMessage: (message) => this.#take(message as ToMember, socket, mux),
      onClosed: () => {
        if (this.#gatherer?.socket === socket) this.#onLost();
        else socket.destroy();
      },
    });
    socket.on('error', () => {});
  }

  #take(message: ToMember, socket: Socket, mux: Mux): void {
    if (message.kind === 'meet' && this.#gatherer === undefined) {
      this.#gatherer = { socket, mux };
      this.#server.close();
      this.#say({ kind: 'here', member: this.#member });
    }
    if (this.#gatherer?.socket !== socket) return;
    switch (message.kind) {
      case 'start':
        void this.#start(message);
        break;
      case 'tell':
        this.#rank?.send(message.message);
        break;
      case 'kill':
        this.#rank?.kill(message.signal);
        break;
      case 'over':
        this.end(message);
        break;
    }
  }

  async #start({ rank, command, segment }: ToMember & { kind: 'start' }): Promise<void> {
    let started: StartedRank;
    let file: number | undefined;
    try {
      file = segment === undefined ? undefined : openSegment(segment);
      started = await this.#starter.start(
        {
          ...command,
          env: { ...definedOnly(process.env), ...command.env },
          segment: file,
          ownStreams: true,
        },
        (message) => this.#say({ kind: 'told', rank, message }),
      );
    } catch (error) {
      const reason = reasonOf(error);
      this.#say({ kind: 'not-started', rank, reason });
      return;
    } finally {
      if (file !== undefined) closeSync(file);
    }
    this.#rank = started;
    if (this.#over) started.kill('SIGKILL');
    this.#say({ kind: 'started', rank, pid: started.pid });
    // What it prints goes where this process's own output goes.
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#gatherer?.mux.writer(rankChannel(rank, stream)).end();
    }
    const { code, signal } = await started.ended;
    this.#say({ kind: 'ended', rank, code, signal });
    await gone(started);
    this.#say({ kind: 'gone', rank });
  }

  #say(message: FromMember): void {
    this.#gatherer?.mux.send(message);
  }

  #onLost(): void {
    const { rank } = this.#member;
    const text = `rank ${rank} is ended: what held the job together on this host, tsrun join of rank 0 or its agent, is gone`;
    this.end({ exitCode: LOST_EXIT_CODE, text });
  }
}

/** The memory has no name: it is found at the process that made it. */
function openSegment(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new MeetingError(
      `the shared memory of the job cannot be opened at ${path} (${code}): the ranks may be in containers of their own; take --transport zeromq`,
    );
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(entries);
}
