/** What `messages-rank` measures, in the order in which it does. */
export const MESSAGE_TESTS = ['latency', 'bandwidth', 'rate', 'ring'] as const;

/** What `collectives-rank` measures, in the order in which it does. */
export const COLLECTIVE_TESTS = ['barrier', 'broadcast', 'allreduce', 'alltoall'] as const;
export type CollectiveTest = (typeof COLLECTIVE_TESTS)[number];

/** What `store-rank` measures. */
export const STORE_TESTS = ['store'] as const;

/** What `pool-rank` measures. */
export const POOL_TESTS = ['pool'] as const;

/** All that can be measured. */
export const TESTS = [
  'latency',
  'bandwidth',
  'rate',
  'ring',
  'barrier',
  'broadcast',
  'allreduce',
  'alltoall',
  'store',
  'pool',
  'launch',
  'spawn',
  'memory',
  'idle',
] as const;
export type Test = (typeof TESTS)[number];

/** Values of messages: a small object, a list of 1,000 small objects, and a list of a million numbers. */
export const VALUES = ['dict', 'rows', 'floats'] as const;
export type ValueName = (typeof VALUES)[number];

/**
 * What messages hold: a typed array received `into` memory that is there, one received as a new array,
 * one of these values, and a number.
 */
export const WHATS = ['array', 'fresh-array', 'dict', 'rows', 'floats', 'number'] as const;
export type What = (typeof WHATS)[number];

/** Bytes of the typed arrays, unless `--sizes` says otherwise. */
export const SIZES: readonly number[] = [
  0, 8, 64, 1024, 16_384, 65_536, 1_048_576, 16_777_216, 67_108_864,
];

/** A mistake in the options of a benchmark. The message is one line for the user. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Read a list of words, all of which must be known. */
export function readNames<Name extends string>(
  option: string,
  text: string,
  known: readonly Name[],
): Name[] {
  return listed(option, text).map((word) => {
    const name = known.find((candidate) => candidate === word);
    if (name === undefined) {
      throw new OptionError(`${option} '${word}': there are ${known.join(', ')}`);
    }
    return name;
  });
}

/** Read a list of sizes such as `0,8,64K,1M`. */
export function readSizes(text: string): number[] {
  return listed('--sizes', text).map((word) => {
    const [, digits = '', unit = ''] = /^(\d+)([KMG]?)$/i.exec(word) ?? [];
    const bytes = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase());
    if (digits === '' || !Number.isSafeInteger(bytes)) {
      throw new OptionError(`--sizes '${word}': give numbers of bytes such as 0, 8, 64K or 16M`);
    }
    return bytes;
  });
}

/** Read a time above 0. */
export function readSeconds(text: string): number {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new OptionError(`--seconds '${text}': give a number of seconds above 0 and at most 3600`);
}

/** Split a list at commas and spaces; what is listed twice counts once. */
function listed(option: string, text: string): string[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) throw new OptionError(`${option} '${text}': the list is empty`);
  return [...new Set(words)];
}
