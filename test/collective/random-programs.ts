import test, { type ExecutionContext } from 'ava';
import { seededRandom } from '../../src/base/random.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { max, sum } from '../../src/op/arithmetic.ts';
import { runRanks } from '../../src/testing.ts';

/** So many calls are under way at once. */
const WINDOW = 20;

/** One step of a program, which all ranks draw in the same way. */
interface Step {
  readonly number: number;
  readonly root: number;
  readonly length: number;
}

/** A communicator as all ranks know it: the world rank of each of its ranks. */
interface Team {
  readonly comm: Communicator;
  readonly members: readonly number[];
}

/** What is started on each rank, and what it must come to there. */
interface Exercise {
  readonly start: (team: Team, step: Step) => PromiseLike<unknown>;
  readonly expected: (team: Team, step: Step) => unknown;
}

/** What a rank gives in a step: of its own, and different in each place. */
function given(worldRank: number, { number, length }: Step): Float64Array {
  return Float64Array.from({ length }, (_, at) => ((worldRank + 3) * (number + 7) + at) % 1009);
}

function own({ comm, members }: Team, step: Step): Float64Array {
  return given(members[comm.rank] as number, step);
}

function all({ members }: Team, step: Step): Float64Array[] {
  return members.map((worldRank) => given(worldRank, step));
}

/** Combine arrays element by element, in order. */
function combine(
  arrays: readonly Float64Array[],
  f: (a: number, b: number) => number,
): Float64Array {
  return arrays.reduce((left, right) => left.map((value, at) => f(value, right[at] as number)));
}

const add = (a: number, b: number): number => a + b;

/** Not commutative: which rank came first shows. */
const join = (a: string, b: string): string => `${a},${b}`;

const onRoot = <T>({ comm }: Team, { root }: Step, value: T): T | undefined =>
  comm.rank === root ? value : undefined;

const EXERCISES: readonly Exercise[] = [
  { start: ({ comm }) => comm.barrier(), expected: () => undefined },
  {
    start: (team, step) => team.comm.broadcast(onRoot(team, step, own(team, step)), step),
    expected: (team, step) => all(team, step)[step.root],
  },
  {
    start: (team, step) => team.comm.gather(own(team, step), step),
    expected: (team, step) => onRoot(team, step, all(team, step)),
  },
  {
    start: (team, step) => team.comm.scatter(onRoot(team, step, all(team, step)), step),
    expected: own,
  },
  {
    start: (team, step) => team.comm.allgather({ values: own(team, step) }),
    expected: (team, step) => all(team, step).map((values) => ({ values })),
  },
  {
    start: (team, step) => {
      const value = own(team, step);
      const into = new Float64Array(value.length * team.members.length);
      return team.comm.allgather(value, { into });
    },
    expected: (team, step) => Float64Array.from(all(team, step).flatMap((array) => [...array])),
  },
  {
    start: (team, step) =>
      team.comm.alltoall(
        team.members.map((dest) => [team.members[team.comm.rank], dest, step.number]),
      ),
    expected: ({ comm, members }, { number }) =>
      members.map((source) => [source, members[comm.rank], number]),
  },
  {
    start: (team, step) => team.comm.reduce(own(team, step), sum, step),
    expected: (team, step) => onRoot(team, step, combine(all(team, step), add)),
  },
  {
    start: (team, step) => team.comm.allreduce(own(team, step), max),
    expected: (team, step) => combine(all(team, step), Math.max),
  },
  {
    start: (team) => team.comm.allreduce(String(team.comm.rank), join),
    expected: ({ members }) => members.map((_, rank) => String(rank)).join(),
  },
  {
    start: (team, step) =>
      team.comm.reduceScatter(
        team.members.map((_, at) => at + step.number),
        sum,
      ),
    expected: ({ comm, members }, { number }) => (comm.rank + number) * members.length,
  },
  {
    start: (team, step) => team.comm.scan(own(team, step)),
    expected: (team, step) => combine(all(team, step).slice(0, team.comm.rank + 1), add),
  },
  {
    start: (team) => team.comm.exscan(String(team.comm.rank), join),
    expected: ({ comm, members }) =>
      comm.rank === 0
        ? undefined
        : members
            .slice(0, comm.rank)
            .map((_, rank) => String(rank))
            .join(),
  },
  {
    // Messages from rank to rank, with the tag that a collective call may have as well.
    start: ({ comm, members }, { number }) =>
      comm.sendReceive(number, (comm.rank + 1) % members.length, undefined, { tag: number }),
    expected: (_, { number }) => number,
  },
];

/** The communicators of this rank among those that all ranks make. */
async function makeTeams(world: Communicator): Promise<(Team | undefined)[]> {
  const everyone = Array.from({ length: world.size }, (_, rank) => rank);
  const parity = everyone.filter((rank) => rank % 2 === world.rank % 2);
  const isLow = world.rank < world.size / 2;
  const half = everyone.filter((rank) => rank < world.size / 2 === isLow).reverse();
  const [twin, odd, low] = await Promise.all([
    world.duplicate(),
    world.split(world.rank % 2),
    world.split(isLow ? 1 : 0, -world.rank),
  ]);
  const teams = [
    { comm: world, members: everyone },
    { comm: twin, members: everyone },
    { comm: odd, members: parity },
    { comm: low, members: half },
  ];
  return teams.map(({ comm, members }) => (comm === undefined ? undefined : { comm, members }));
}

async function play(t: ExecutionContext, world: Communicator, seed: number, steps: number) {
  const random = seededRandom(seed);
  const teams = await makeTeams(world);
  const under: Promise<void>[] = [];
  for (let number = 0; number < steps; number += 1) {
    const team = teams[Math.floor(random() * teams.length)] as Team;
    const exercise = EXERCISES[Math.floor(random() * EXERCISES.length)] as Exercise;
    const isLong = random() < 0.05;
    const length = Math.floor(random() * (isLong ? 6000 : 12));
    // The least that any of them may have: the same draw must do for all ranks.
    const root = Math.floor(random() * Math.floor(world.size / 2));
    const step = { number, root, length };
    const started = exercise.start(team, step);
    const check = async (): Promise<void> => {
      t.deepEqual(await started, exercise.expected(team, step), `seed ${seed}, step ${number}`);
    };
    under.push(check());
    if (under.length >= WINDOW) await under.splice(Math.floor(random() * WINDOW), 1)[0];
  }
  await Promise.all(under);
}

for (const size of [2, 3, 5, 9]) {
  for (const eagerBytes of [undefined, 0]) {
    const eager = eagerBytes === 0 ? ', nothing eager' : '';
    test(`${size} ranks keep ${WINDOW} random calls under way on four communicators${eager}`, async (t) => {
      for (let seed = 1; seed <= 4; seed += 1) {
        // Between hosts other algorithms are chosen.
        const hosts = seed % 2 === 0 ? Array.from({ length: size }, (_, rank) => rank) : undefined;
        await runRanks(size, (world) => play(t, world, seed * 100 + size, 160), {
          seed,
          eagerBytes,
          hosts,
        });
      }
    });
  }
}
