import type { Socket } from 'node:net';

/** Read so many bytes from a socket that nobody else reads; undefined if it ends before. */
export function readBytes(socket: Socket, count: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const settle = (bytes: Uint8Array | undefined): void => {
      socket.off('readable', attempt);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      resolve(bytes);
    };
    const onEnd = (): void => settle(undefined);
    const attempt = (): void => {
      const bytes = socket.read(count) as Buffer | null;
      // At the end of a stream the rest is handed out, though it be less.
      if (bytes !== null) settle(bytes.length === count ? bytes : undefined);
    };
    socket.on('readable', attempt);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    attempt();
  });
}
