import { shown } from './quote.ts';
import { UsageError } from './usage-error.ts';
import { splitWords } from './words.ts';

/** More ranks than this in one job are taken for a slip of the finger. */
export const MAX_RANKS = 4096;

/** Node's timers cannot wait longer, and would fire at once instead. */
const MAX_SECONDS: number = Math.floor((2 ** 31 - 1) / 1000);

const TAGS = ['rank', 'host', 'time', 'none'] as const;
const TRANSPORTS = ['shm', 'zeromq', 'zeromq-tcp'] as const;
const WAITS = ['spin', 'adaptive', 'park'] as const;
const UNITS = ['slot', 'node'] as const;
const REACTIONS = ['kill', 'continue'] as const;
const DEADLOCK_REACTIONS = ['end', 'show', 'ignore'] as const;

/** Read the value of `-n`. */
export function readCount(value: string): number {
  return ranksIn('-n', value, 'the number of ranks');
}

/** Read the value of `--per-node`. */
export function readPerNode(value: string): number {
  return ranksIn('--per-node', value, 'the number of ranks on each host');
}

function ranksIn(option: string, value: string, what: string): number {
  const count = wholeNumber(value);
  if (count === undefined || count < 1 || count > MAX_RANKS) {
    throw new UsageError(
      `${option} ${shown(value)}: ${what} is a whole number from 1 to ${MAX_RANKS}`,
    );
  }
  return count;
}

/** Read the value of `--map-by`. */
export function readMapBy(value: string): (typeof UNITS)[number] {
  return oneOf('--map-by', UNITS, value);
}

/** Read all values of `-x`; of a name given twice the last counts. */
export function readEnvironment(
  values: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  // A Map, because a variable may be called __proto__.
  const result = new Map<string, string>();
  for (const typed of values) {
    const equals = typed.indexOf('=');
    const name = equals < 0 ? typed : typed.slice(0, equals);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new UsageError(
        `-x ${shown(typed)}: ${shown(name)} is no name of a variable; letters, digits and '_' make one, and no digit comes first`,
      );
    }
    const value =
      equals < 0 ? (Object.hasOwn(own, name) ? own[name] : undefined) : typed.slice(equals + 1);
    if (value === undefined) {
      throw new UsageError(
        `-x ${name}: there is no ${name} in the environment of tsrun; export it, or write -x ${name}=VALUE`,
      );
    }
    result.set(name, value);
  }
  return Object.fromEntries(result);
}

/** Read the value of `--tag`. */
export function readTag(value: string): (typeof TAGS)[number] {
  return oneOf('--tag', TAGS, value);
}

/** Read the value of `--on-failure`. */
export function readReaction(value: string): (typeof REACTIONS)[number] {
  return oneOf('--on-failure', REACTIONS, value);
}

/** Read the value of `--deadlock`. */
export function readDeadlockReaction(value: string): (typeof DEADLOCK_REACTIONS)[number] {
  return oneOf('--deadlock', DEADLOCK_REACTIONS, value);
}

/** Read the value of `--transport`: names in order of preference. */
export function readTransports(value: string): readonly (typeof TRANSPORTS)[number][] {
  const wanted = value.split(',').map((name) => {
    return TRANSPORTS.find((candidate) => candidate === name.trim());
  });
  const known = wanted.filter((name) => name !== undefined);
  if (known.length === wanted.length) return known;
  const names = `${TRANSPORTS.slice(0, -1).join(', ')} and ${TRANSPORTS.at(-1)}`;
  throw new UsageError(`--transport ${shown(value)}: there are ${names}`);
}

/** Read the value of `--wait`. */
export function readWait(value: string): (typeof WAITS)[number] {
  return oneOf('--wait', WAITS, value);
}

/** Read the value of `--stdin`, in a job of so many ranks. */
export function readStdin(value: string, ranks: number): number | 'all' | 'none' {
  if (value === 'all' || value === 'none') return value;
  const rank = wholeNumber(value);
  if (rank === undefined || rank >= ranks) {
    throw new UsageError(`--stdin ${shown(value)}: give ${legalRanks(ranks)}, all or none`);
  }
  return rank;
}

/** Read a list of ranks such as `0,2-3`: sorted, each once. */
export function readRanks(option: string, value: string, ranks: number): readonly number[] | 'all' {
  if (value === 'all') return 'all';
  const found = new Set<number>();
  for (const part of value.split(',')) {
    const [, low = '', high = low] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const first = wholeNumber(low);
    const last = wholeNumber(high);
    if (first === undefined || last === undefined || first > last || last >= ranks) {
      throw new UsageError(
        `${option}=${value}: ${shown(part)} names no ranks of this job; give ${legalRanks(ranks)}, as in ${option}=0,2-3`,
      );
    }
    for (let rank = first; rank <= last; rank++) found.add(rank);
  }
  return [...found].sort((a, b) => a - b);
}

/** Read a number of seconds, which may have a fraction. */
export function readSeconds(option: string, value: string, allowed: { zero: boolean }): number {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (!(seconds <= MAX_SECONDS) || (seconds === 0 && !allowed.zero)) {
    const least = allowed.zero ? 'from 0 to' : 'above 0 and at most';
    throw new UsageError(
      `${option} ${shown(value)}: give a number of seconds ${least} ${MAX_SECONDS}`,
    );
  }
  return seconds;
}

/** Read the value of `--eager`. */
export function readBytes(value: string): number {
  if (value === 'inf') return Number.POSITIVE_INFINITY;
  const [, digits = '', unit = ''] = /^(\d+)([kKmMgG]?)$/.exec(value) ?? [];
  const power = { '': 0, k: 1, m: 2, g: 3 }[unit.toLowerCase()] ?? 0;
  const bytes = (wholeNumber(digits) ?? Number.NaN) * 1024 ** power;
  if (!Number.isSafeInteger(bytes)) {
    throw new UsageError(
      `--eager ${shown(value)}: give a number of bytes such as 0, 4096, 64K, 1M or 1G, or inf`,
    );
  }
  return bytes;
}

/** Read the value of `--node-args`. */
export function readNodeArgs(value: string): readonly string[] {
  const words = splitWords('--node-args', value);
  // Anything else in first place would run in place of the program.
  if (words[0]?.startsWith('-') === false) {
    throw new UsageError(
      `--node-args ${shown(value)}: options of Node start with '-'; arguments of the program follow its name`,
    );
  }
  return words;
}

/** Say which ranks there are, for a message. */
function legalRanks(ranks: number): string {
  return ranks === 1 ? 'rank 0' : `ranks from 0 to ${ranks - 1}`;
}

/** Read a word of a few. */
export function oneOf<Word extends string>(
  option: string,
  words: readonly Word[],
  value: string,
): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) {
    throw new UsageError(
      `${option} ${shown(value)}: give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    );
  }
  return word;
}

/** Read plain decimal digits; undefined for anything else, and for what a number cannot hold. */
export function wholeNumber(value: string): number | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
