import { arrayKindById } from '../../base/array-kind.ts';
import { PREDEFINED_NAMES } from '../../op/op-of.ts';

/**
 * What the ranks of a collective call must agree on, in the two words that each of its messages carries.
 *
 *     what   operation (8 bits), root + 2 (24 bits; 0 where there is none)
 *     hash   op (8 bits), data kind (4), algorithm (6), count (14)
 *
 * `what` and small counts can be read back, so that an error can say what the other rank does.
 */

/** The collective operations, by the number that stands for them in messages. */
const OPERATIONS = [
  'barrier',
  'broadcast',
  'scatter',
  'gather',
  'allgather',
  'alltoall',
  'reduce',
  'allreduce',
  'reduceScatter',
  'scan',
  'exscan',
  'neighborAllgather',
  'neighborAlltoall',
  'duplicate',
  'split',
  'create',
  'createGroup',
  'free',
  'graph',
  'intercommunicator',
  'merge',
  'cartesian',
  'sub',
  'distributedGraph',
  'spawn',
  'map',
  'accept',
  'connect',
  'disconnect',
] as const;

/** The numbers, by operation: to search the list for each call would take a tenth of it. */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  OPERATIONS.map((name, number) => [name, number]),
);

/** A collective operation, as its method is called. */
export type Operation = (typeof OPERATIONS)[number];

/** What must agree besides the operation and its root. Leave out what need not. */
export interface Agreement {
  /** Name of the op of a reduction. */
  readonly op?: string | undefined;
  /** Kind of the typed arrays: `ArrayKind.id`. */
  readonly dataKind?: number | undefined;
  /** Elements, the same on each rank. */
  readonly count?: number | undefined;
  /** The algorithm, if the user chose it. */
  readonly algorithm?: string | undefined;
}

const ROOT_SHIFT = 8;
const ROOT_OFFSET = 2;
/** Smaller counts are told as they are, others by a hash. */
const PLAIN_COUNTS = 2 ** 13;

const OP_SHIFT = 24;
const KIND_SHIFT = 20;
const ALGORITHM_SHIFT = 14;
const COUNT_MASK = 2 ** ALGORITHM_SHIFT - 1;

/** Encode an operation with its root. */
export function whatOf(operation: Operation, root?: number): number {
  const place = root === undefined ? 0 : root + ROOT_OFFSET;
  return (NUMBERS.get(operation) as number) | (place << ROOT_SHIFT);
}

/** Show an operation as it was called: `broadcast(root 0)`. */
export function describeWhat(what: number): string {
  const operation = OPERATIONS[what & (2 ** ROOT_SHIFT - 1)] ?? 'a collective call';
  const root = what >>> ROOT_SHIFT;
  return root === 0 ? operation : `${operation}(root ${root - ROOT_OFFSET})`;
}

/** Encode whatever else must agree. */
export function hashOf({ op, dataKind = 0, count, algorithm }: Agreement): number {
  return (
    (opWord(op) << OP_SHIFT) |
    (dataKind << KIND_SHIFT) |
    (algorithmWord(algorithm) << ALGORITHM_SHIFT) |
    countWord(count)
  );
}

/** Say in what two calls of the same operation differ. */
export function describeDifference(mine: number, theirs: number): string {
  const differs = (shift: number): boolean => mine >>> shift !== theirs >>> shift;
  if (differs(OP_SHIFT)) {
    return `op ${describeOp(theirs >>> OP_SHIFT)} there, ${describeOp(mine >>> OP_SHIFT)} here`;
  }
  if (differs(KIND_SHIFT)) return `${describeKind(theirs)} there, ${describeKind(mine)} here`;
  if (differs(ALGORITHM_SHIFT)) return 'another algorithm was chosen there than here';
  const [there, here] = [describeCount(theirs), describeCount(mine)];
  if (there === here) return 'another number of elements there than here';
  return `${there} there, ${here} here`;
}

function opWord(op: string | undefined): number {
  if (op === undefined) return 0;
  const builtIn = PREDEFINED_NAMES.indexOf(op);
  if (builtIn >= 0) return builtIn + 1;
  return 16 + (hashText(op) % 240);
}

function describeOp(word: number): string {
  return PREDEFINED_NAMES[word - 1] ?? 'a function';
}

function algorithmWord(algorithm: string | undefined): number {
  return algorithm === undefined ? 0 : 1 + (hashText(algorithm) % 63);
}

function describeKind(hash: number): string {
  return arrayKindById((hash >>> KIND_SHIFT) & 15)?.name ?? 'no typed array';
}

function countWord(count: number | undefined): number {
  if (count === undefined) return 0;
  if (count < PLAIN_COUNTS - 1) return count + 1;
  return PLAIN_COUNTS + ((count ^ (count / PLAIN_COUNTS)) & (PLAIN_COUNTS - 1));
}

function describeCount(hash: number): string {
  const word = hash & COUNT_MASK;
  if (word === 0) return 'no array';
  if (word >= PLAIN_COUNTS) return `more than ${PLAIN_COUNTS - 2} elements`;
  return word === 2 ? '1 element' : `${word - 1} elements`;
}

/** A small hash of a name (FNV-1a). */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193) >>> 0;
  }
  return hash;
}
