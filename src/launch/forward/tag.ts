import type { SpawnedName } from '../supervise/names.ts';

/** What stands before a line. */
export interface TagOptions {
  readonly kind: 'rank' | 'host' | 'time';
  /** The number of the process, which gives the colour. */
  readonly rank: number;
  /** What it is called, if it was spawned. */
  readonly spawned?: SpawnedName | undefined;
  readonly host: string;
  /** Show that the line came on stderr. */
  readonly marked: boolean;
  readonly coloured: boolean;
  now(): Date;
}

/** Colours that can be told apart on light and on dark ground; red is left to errors. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/**
 * Make the function that yields a stream's tag: `[2] `, `[2@host] ` or `[2 12:03:04.567] `.
 *
 * For rank 1 of child.ts there stands `child:1` in place of the number.
 */
export function tagger(options: TagOptions): () => Buffer {
  const { kind, rank, spawned, host, now } = options;
  const who = spawned === undefined ? rank : `${withoutExtension(spawned.program)}:${spawned.rank}`;
  const name = `${who}${options.marked ? '!' : ''}${kind === 'host' ? `@${host}` : ''}`;
  if (kind === 'time') return () => encode(`${name} ${clock(now())}`, options);
  const tag = encode(name, options);
  return () => tag;
}

function encode(label: string, { rank, coloured }: TagOptions): Buffer {
  if (!coloured) return Buffer.from(`[${label}] `);
  return Buffer.from(`\x1b[${COLOURS[rank % COLOURS.length]}m[${label}]\x1b[0m `);
}

/** `child.ts` and `child.ts#2` as `child` and `child#2`. */
function withoutExtension(program: string): string {
  return program.replace(/(?<=.)\.[^.#]+(?=#\d+$|$)/, '');
}

/** The local time of day, to the millisecond. */
function clock(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
