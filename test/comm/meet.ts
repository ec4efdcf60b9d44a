import test from 'ava';
import fc from 'fast-check';
import { MpiError } from '../../src/base/error.ts';
import { type Random, seededRandom } from '../../src/base/random.ts';
import type { Communicator, Intercommunicator } from '../../src/comm/communicator.ts';
import type { Gateway, Meeting, MeetingPlan } from '../../src/comm/parts.ts';
import { Universe } from '../../src/comm/universe.ts';
import { FOREIGN_HOST } from '../../src/control/message.ts';
import { sum } from '../../src/op/arithmetic.ts';
import { holds } from '../helpers/property.ts';
import { TestEngines } from '../helpers/world.ts';

/** What one root has said to the other, and the other is yet to hear. */
class Mail {
  readonly #letters: unknown[] = [];
  readonly #waiting: ((letter: unknown) => void)[] = [];

  put(letter: unknown): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#letters.push(letter);
    else waiting(letter);
  }

  take(): Promise<unknown> {
    if (this.#letters.length > 0) return Promise.resolve(this.#letters.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A port between two groups inside one process, whose processes have the same numbers on both sides. */
class Meetings {
  readonly #sizes: readonly [number, number];
  /** By the number of the meeting: to the one who accepts, and to the one who connects. */
  readonly #mail: (readonly [Mail, Mail])[] = [];
  readonly #held = [0, 0];
  readonly abandoned: string[] = [];
  /** Fails where a rank is to be reached. */
  broken: number | undefined;

  constructor(sizes: readonly [number, number]) {
    this.#sizes = sizes;
  }

  /** The gateway of a rank of one of the groups. */
  gateway(side: 0 | 1): Gateway {
    const hold = (): Promise<Meeting> => Promise.resolve(this.#hold(side));
    return {
      accept: hold,
      connect: hold,
      open: (_, rank) => {
        if (rank === this.broken) throw new MpiError('ERR_PORT', 'no way');
        return { file: `${side}/${rank}` };
      },
      join: (plan, theirs) => {
        const files = theirs.map(({ file }) => file);
        const expected = Array.from({ length: plan.count }, (_, rank) => `${1 - side}/${rank}`);
        if (String(files) !== String(expected)) throw new Error(`joined with ${files}`);
      },
      close: () => {},
      part: () => {},
    };
  }

  #hold(side: 0 | 1): Meeting {
    const [first, second] = this.#sizes;
    const at = this.#held[side] as number;
    this.#held[side] = at + 1;
    const mail = this.#mail[at] ?? [new Mail(), new Mail()];
    this.#mail[at] = mail;
    const plan: MeetingPlan = {
      first: side === 0 ? first : 0,
      count: side === 0 ? second : first,
      knownFrom: side === 0 ? 0 : first,
      comesLast: side === 0,
      host: 0,
      near: true,
      network: undefined,
    };
    return {
      plan,
      exchange: (mine) => {
        mail[1 - side]?.put(mine);
        return mail[side].take() as Promise<unknown>;
      },
      settle: () => {},
      abandon: (reason) => this.abandoned.push(reason),
    };
  }
}

/** Two jobs of so many ranks each, over one seeded network. */
function twoJobs(
  sizes: readonly [number, number],
  seed: number,
  random: Random,
): {
  readonly first: Communicator[];
  readonly second: Communicator[];
  readonly meetings: Meetings;
} {
  const [one, two] = sizes;
  const { engines } = new TestEngines(one + two, { seed });
  const meetings = new Meetings(sizes);
  const worlds = engines.map((engine) => {
    const side = engine.rank < one ? 0 : 1;
    const span = side === 0 ? { first: 0, count: one } : { first: one, count: two };
    const isOwn = (other: number): boolean =>
      other >= span.first && other < span.first + span.count;
    const hosts = engines.map(({ rank }) => (isOwn(rank) ? 0 : FOREIGN_HOST));
    const gateway = meetings.gateway(side);
    return new Universe({ engine, span, hosts, gateway, random }).world;
  });
  return { first: worlds.slice(0, one), second: worlds.slice(one), meetings };
}

/** Find out whether both groups are joined as they should be. */
async function isJoined(groups: readonly Intercommunicator[]): Promise<boolean> {
  const sums = await Promise.all(groups.map((one) => one.allreduce(one.rank + 1, sum)));
  const expected = groups.map(({ remoteSize }) => (remoteSize * (remoteSize + 1)) / 2);
  return String(sums) === String(expected);
}

test('groups that meet at the same time get contexts that are new to all of both, though draws collide', async (t) => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer(),
    async (one, two, seed) => {
      const draw = seededRandom(seed);
      // Few numbers, so that each is drawn more than once.
      const { first, second } = twoJobs([one, two], seed, () => Math.floor(draw() * 16) / 16);
      const meeting = [0, 1, 2].map(async (round) => {
        const accepting = first.map((world) => world.accept('port', { root: round % one }));
        const connecting = second.map((world) => world.connect('port'));
        return await Promise.all([...accepting, ...connecting]);
      });
      const met = await Promise.all(meeting);
      const joined = await Promise.all(met.map(isJoined));
      const merged = await Promise.all(met.flat().map((each) => each.merge()));
      const sizes = await Promise.all(merged.map((each) => each.allreduce(1, sum)));
      return joined.every(Boolean) && sizes.every((size) => size === one + two);
    },
  );
  await holds(t, property, 60);
});

test('what is made of a communicator that spans jobs agrees in the same way', async (t) => {
  const property = fc.asyncProperty(fc.integer(), async (seed) => {
    const draw = seededRandom(seed);
    const { first, second } = twoJobs([2, 3], seed, () => Math.floor(draw() * 40) / 40);
    const groups = await Promise.all([
      ...first.map((world) => world.accept('port')),
      ...second.map((world) => world.connect('port')),
    ]);
    const work = groups.map(async (group) => {
      const all = await group.merge();
      const made = await Promise.all([
        all.duplicate(),
        all.split(all.rank % 2),
        all.create(all.group),
        all.cartesian([all.size]),
        all.graph({ sources: [], destinations: [] }),
        all.distributedGraph([]),
        all.createGroup(all.group.include([...all.group.worldRanks.keys()])),
        all.duplicate(),
      ]);
      const sums = await Promise.all(made.map((each) => each?.allreduce(1, sum)));
      const half = all.rank % 2 === 0 ? Math.ceil(all.size / 2) : Math.floor(all.size / 2);
      return String(sums) === String(made.map((_, at) => (at === 1 ? half : all.size)));
    });
    return (await Promise.all(work)).every(Boolean);
  });
  await holds(t, property, 60);
});

test('a rank that cannot be reached is the error of all ranks of its group, and the other side hears of it', async (t) => {
  const { first, meetings } = twoJobs([3, 1], 1, Math.random);
  meetings.broken = 2;
  const ended = await Promise.allSettled(first.map((world) => world.accept('port')));
  for (const [rank, end] of ended.entries()) {
    const { code, message } = (end as PromiseRejectedResult).reason as MpiError;
    t.is(code, 'ERR_PORT');
    t.is(message, `rank ${rank}: accept(root 0) #1: no way`);
  }
  t.deepEqual(meetings.abandoned, ['no way']);
});

test('ranks without a way to other processes are told so', async (t) => {
  const { engines } = new TestEngines(1);
  const [engine] = engines;
  const { world } = new Universe({ engine: engine as NonNullable<typeof engine> });
  await t.throwsAsync(async () => await world.accept('port'), {
    message:
      /^rank 0: accept: ports lead from one process to another, and these ranks are inside of one$/,
  });
});
