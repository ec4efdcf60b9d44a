import type { FromRank, ToRank } from './message.ts';

/** A rank's end of the pipe to its launcher. */
export interface ControlPipe {
  /** Send a message. It has left the process when this returns, unless much is under way. */
  send(message: FromRank): void;
  /** Set who takes in messages. */
  onMessage(handler: (message: ToRank) => void): void;
  /** Set what happens when the launcher is gone. */
  onLost(handler: () => void): void;
  /** Keep the process alive for messages, until `release` was called as often as this. */
  hold(): void;
  release(): void;
}

/**
 * Talk to the launcher over the channel that Node opens between a process and its child.
 *
 * The channel is then hidden from the program, which has no business on it.
 */
export function ipcPipe(process: NodeJS.Process): ControlPipe | undefined {
  const { channel } = process;
  const send = process.send?.bind(process);
  if (channel == null || send === undefined) return undefined;
  // Node puts a hold on the channel as soon as somebody listens; what is held is decided here instead.
  let holds = 0;
  let handler: (message: ToRank) => void = () => {};
  process.on('message', (message) => handler(message as ToRank));
  channel.unref();
  delete process.send;
  return {
    send: (message) => {
      if (process.connected) send(message);
    },
    onMessage: (next) => {
      handler = next;
    },
    onLost: (lost) => {
      process.on('disconnect', lost);
    },
    hold: () => {
      holds += 1;
      if (holds === 1) channel.ref();
    },
    release: () => {
      holds -= 1;
      if (holds === 0) channel.unref();
    },
  };
}
