/**
 * One process in a ring: it sends to the next one and receives from the previous one. With two
 * processes both are the same, and what is sent there and back is a ping-pong.
 */
export interface Link {
  readonly rank: number;
  readonly ranks: number;
  /** Send bytes as they are. Must have settled before the next send. */
  sendBytes(bytes: Uint8Array): Promise<void> | undefined;
  receiveBytes(): Promise<Uint8Array>;
  /** Send a value with Node's own serialisation. Must have settled before the next send. */
  send(value: unknown): Promise<void> | undefined;
  receive(): Promise<unknown>;
}
