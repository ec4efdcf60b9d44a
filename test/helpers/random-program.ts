import fc from 'fast-check';
import { ANY_SOURCE, ANY_TAG } from '../../src/base/constants.ts';
import type { SendMode } from '../../src/pt2pt/channel.ts';

/** One step of a random program, in the order in which one test plays all ranks. */
export type Step =
  | {
      readonly kind: 'send';
      readonly rank: number;
      readonly dest: number;
      readonly tag: number;
      readonly mode: SendMode;
      readonly form: 'object' | 'array';
      /** Elements of an array, or letters of an object. */
      readonly length: number;
    }
  | {
      readonly kind: 'receive' | 'probe' | 'mprobe' | 'iprobe' | 'improbe';
      readonly rank: number;
      readonly source: number;
      readonly tag: number;
      /** For a receive: elements of the array to receive into. */
      readonly into: number | undefined;
    }
  /** Receive the message of an `mprobe` or `improbe` that found one. */
  | { readonly kind: 'take'; readonly pick: number }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'turns'; readonly turns: number };

/** A program, and the world that it runs in. */
export interface Program {
  readonly size: number;
  readonly seed: number;
  readonly eagerBytes: number;
  readonly creditBytes: number;
  readonly steps: readonly Step[];
}

const MODES = ['standard', 'synchronous', 'buffered', 'ready'] as const;

function stepOf(size: number): fc.Arbitrary<Step> {
  const rank = fc.nat(size - 1);
  const source = fc.oneof({ arbitrary: rank, weight: 3 }, fc.constant(ANY_SOURCE));
  const tag = fc.constantFrom(0, 0, 0, 1, 7);
  const send = fc.record({
    kind: fc.constant('send' as const),
    rank,
    dest: rank,
    tag,
    mode: fc.constantFrom('standard', ...MODES),
    form: fc.constantFrom('object' as const, 'array' as const),
    length: fc.constantFrom(1, 2, 3, 50),
  });
  const receive = (kind: 'receive' | 'probe' | 'mprobe' | 'iprobe' | 'improbe') =>
    fc.record({
      kind: fc.constant(kind),
      rank,
      source,
      tag: fc.oneof({ arbitrary: tag, weight: 3 }, fc.constant(ANY_TAG)),
      into: fc.constantFrom(undefined, undefined, undefined, 2, 50),
    });
  const pick = fc.nat(100);
  return fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 8, arbitrary: send },
    { weight: 6, arbitrary: receive('receive') },
    { weight: 1, arbitrary: receive('probe') },
    { weight: 1, arbitrary: receive('iprobe') },
    { weight: 1, arbitrary: receive('mprobe') },
    { weight: 1, arbitrary: receive('improbe') },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('turns' as const),
        turns: fc.integer({ min: 1, max: 6 }),
      }),
    },
  );
}

const environment = {
  seed: fc.nat(),
  eagerBytes: fc.constantFrom(0, 8, 64, Number.POSITIVE_INFINITY),
  creditBytes: fc.constantFrom(0, 150, 400, 2000, 100_000),
};

/** Programs of everything a rank can do, wildcards included. */
export const program: fc.Arbitrary<Program> = fc.integer({ min: 2, max: 5 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    ...environment,
    steps: fc.array(stepOf(size), { minLength: 1, maxLength: 40 }),
  }),
);

/** One message of a program in which every receive names its source and tag. */
export interface Transfer {
  readonly source: number;
  readonly dest: number;
  readonly tag: number;
  readonly mode: 'standard' | 'synchronous' | 'buffered';
  readonly form: 'object' | 'array';
  readonly length: number;
  readonly into: boolean;
  /** Whether the sender, and the receiver, wait for it before they go on. */
  readonly sendWaits: boolean;
  readonly receiveWaits: boolean;
}

/** Such a program: the ranks go through their parts of one list, so none can lock up. */
export interface Plan {
  readonly size: number;
  readonly seed: number;
  readonly eagerBytes: number;
  readonly creditBytes: number;
  readonly transfers: readonly Transfer[];
}

/** Programs with one possible outcome. */
export const plan: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 5 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    ...environment,
    transfers: fc.array(
      fc.record({
        source: fc.nat(size - 1),
        dest: fc.nat(size - 1),
        tag: fc.constantFrom(0, 0, 3),
        mode: fc.constantFrom('standard' as const, 'synchronous' as const, 'buffered' as const),
        form: fc.constantFrom('object' as const, 'array' as const),
        length: fc.constantFrom(1, 2, 3, 50),
        into: fc.boolean(),
        sendWaits: fc.boolean(),
        receiveWaits: fc.boolean(),
      }),
      { minLength: 1, maxLength: 25 },
    ),
  }),
);

/** The value of message number `id`: it can be told from every other, and shows if it was damaged. */
export function messageValue(id: number, form: 'object' | 'array', length: number): unknown {
  if (form === 'object') return { id, text: String(id % 10).repeat(length) };
  return Uint32Array.from({ length }, (_, at) => id + at * 1000);
}

/** The number that `messageValue` put into a value. */
export function idOf(value: unknown): number {
  return value instanceof Uint32Array ? (value[0] as number) : (value as { id: number }).id;
}
