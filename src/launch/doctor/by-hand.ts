import type { Host } from '../../hosts/host.ts';
import { shellWord } from '../options/quote.ts';
import { quoteLine } from '../remote/bootstrap.ts';
import type { RemoteStart } from '../remote/command.ts';

/** Write a command of this host as one types it. */
export function typed(command: readonly string[]): string {
  return command.map(shellWord).join(' ');
}

/**
 * Write a command that is run on a host as one types it here.
 *
 * @param way  undefined for this host
 */
export function typedFor(
  way: RemoteStart | undefined,
  host: Host,
  command: readonly string[],
): string {
  if (way === undefined) return typed(command);
  // Where one word is all of the command, quotes that are not needed are hard to read.
  const line = quoteLine(command);
  const words = way.commandFor(host, command);
  return typed(words.map((word) => word.replaceAll(line, () => typed(command))));
}
