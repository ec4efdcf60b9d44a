import test, { type ExecutionContext } from 'ava';
import { ANY_SOURCE, UNDEFINED } from '../../src/base/constants.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { Group } from '../../src/group/group.ts';
import { runRanks } from '../../src/testing.ts';

/**
 * Random programs that make communicators of communicators, use and free them, beside a model that knows of each only
 * the world ranks that it must have. All ranks draw the same program, and each runs its part without waiting for more than
 * the communicators that it is about to use.
 */

/** A communicator of the model, and what a rank has of it. */
interface Member {
  /** Counted by all ranks alike. */
  readonly id: number;
  readonly ranks: readonly number[];
  /** Undefined on ranks outside. */
  readonly comm: Promise<Communicator | undefined> | undefined;
}

type Draw = (below: number) => number;

/** The ranks that are left of a list after some are struck out, in a random order. */
function some(ranks: readonly number[], draw: Draw): number[] {
  return ranks
    .filter(() => draw(3) > 0)
    .map((rank) => ({ rank, place: draw(1000) }))
    .sort((a, b) => a.place - b.place || a.rank - b.rank)
    .map(({ rank }) => rank);
}

/** A program as one rank runs it. */
class Family {
  readonly #t: ExecutionContext;
  readonly #world: Communicator;
  readonly #draw: Draw;
  readonly #members: Member[];
  readonly #work: Promise<unknown>[] = [];
  #made = 1;

  constructor(t: ExecutionContext, world: Communicator, seed: number) {
    const random = seededRandom(seed);
    this.#t = t;
    this.#world = world;
    this.#draw = (below) => Math.floor(random() * below);
    this.#members = [{ id: 0, ranks: world.group.worldRanks, comm: Promise.resolve(world) }];
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) await this.#step();
    await Promise.all(this.#work);
    await this.#world.barrier();
  }

  async #step(): Promise<void> {
    const at = this.#draw(this.#members.length);
    const parent = this.#members[at] as Member;
    const kind = this.#draw(7);
    const comm = await parent.comm;
    if (kind === 0) this.#duplicate(parent, comm);
    else if (kind === 1) this.#split(parent, comm);
    else if (kind === 2) this.#create(parent, comm);
    else if (kind === 3) this.#createGroup(parent, comm);
    else if (kind === 4) await this.#merge(parent, comm);
    else if (kind === 5) this.#talk(parent, comm);
    else if (at > 0 && this.#members.length > 4) {
      this.#members.splice(at, 1);
      if (comm !== undefined) this.#work.push(comm.free());
    }
  }

  /** Take note of a communicator that is being made, and check what comes. */
  #add(ranks: readonly number[], comm: PromiseLike<Communicator | undefined> | undefined): void {
    if (ranks.length === 0) return;
    const isMember = ranks.includes(this.#world.rank);
    const id = this.#made;
    this.#made += 1;
    const checked = comm?.then((made) => {
      this.#t.deepEqual(made?.group.worldRanks, isMember ? ranks : undefined, `number ${id}`);
      return made;
    });
    const member = { id, ranks, comm: isMember ? Promise.resolve(checked) : undefined };
    this.#members.push(member);
    if (this.#members.length > 12) this.#members.splice(1 + this.#draw(10), 1);
    this.#work.push(Promise.resolve(checked));
  }

  #duplicate({ ranks }: Member, comm: Communicator | undefined): void {
    this.#add(ranks, comm?.duplicate());
  }

  #split({ ranks }: Member, comm: Communicator | undefined): void {
    const colors = ranks.map(() => this.#draw(4)).map((color) => (color === 3 ? UNDEFINED : color));
    const keys = ranks.map(() => this.#draw(3) - 1);
    const rank = comm?.rank ?? 0;
    const part = comm?.split(colors[rank] as 0 | typeof UNDEFINED, keys[rank]);
    for (const color of [0, 1, 2]) {
      const places = [...ranks.keys()].filter((place) => colors[place] === color);
      places.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
      const isMine = comm !== undefined && colors[rank] === color;
      this.#add(
        places.map((place) => ranks[place] as number),
        isMine ? part : undefined,
      );
    }
    if (colors[rank] === UNDEFINED && part !== undefined) {
      this.#work.push(part.then((none) => this.#t.is(none, undefined)));
    }
  }

  #create({ ranks }: Member, comm: Communicator | undefined): void {
    const chosen = some(ranks, this.#draw);
    this.#add(chosen, comm?.create(new Group(chosen)));
  }

  /** Two groups at once, which may overlap; only their members call. */
  #createGroup({ ranks }: Member, comm: Communicator | undefined): void {
    for (const tag of [this.#draw(50), 50 + this.#draw(50)]) {
      const chosen = some(ranks, this.#draw);
      const isMember = chosen.includes(this.#world.rank);
      const options = { tag };
      this.#add(chosen, isMember ? comm?.createGroup(new Group(chosen), options) : undefined);
    }
  }

  /** Join two communicators that have no rank in common, and make one of both. */
  async #merge(one: Member, comm: Communicator | undefined): Promise<void> {
    const strangers = this.#members.filter(
      ({ ranks }) => !ranks.some((rank) => one.ranks.includes(rank)),
    );
    if (strangers.length === 0) return;
    const other = strangers[this.#draw(strangers.length)] as Member;
    const leaders = [one, other].map(({ ranks }) => this.#draw(ranks.length));
    const [first = 0, second = 0] = [one, other].map(
      ({ ranks }, at) => ranks[leaders[at] as number],
    );
    const highs = [this.#draw(2) === 0, this.#draw(2) === 0];
    const tag = this.#draw(100);
    const turned = highs[0] === highs[1] ? first > second : highs[0];
    const ranks = turned ? [...other.ranks, ...one.ranks] : [...one.ranks, ...other.ranks];
    const mine = comm ?? (await other.comm);
    const side = comm === undefined ? 1 : 0;
    const meet = async (own: Communicator): Promise<Communicator> => {
      const leader = leaders[side] as number;
      const inter = await own.intercommunicator(leader, this.#world, side === 0 ? second : first, {
        tag,
      });
      const merged = await inter.merge({ high: highs[side] });
      await inter.free();
      return merged;
    };
    this.#add(ranks, mine === undefined ? undefined : meet(mine));
  }

  /** Send around, with wildcards: whatever is received must be of this communicator. */
  #talk({ id, ranks }: Member, comm: Communicator | undefined): void {
    const distance = this.#draw(ranks.length);
    const tag = this.#draw(5);
    const length = this.#draw(2) === 0 ? 1 : 300;
    if (comm === undefined) return;
    const { rank, size } = comm;
    const value = [id, ranks[rank], 'x'.repeat(length)];
    this.#work.push(comm.send(value, (rank + distance) % size, { tag }));
    const receive = comm.receive<[number, number]>(ANY_SOURCE, { tag });
    const sum = comm.allreduce(ranks[rank] as number);
    const check = async (): Promise<void> => {
      const [theirId, from] = await receive;
      this.#t.is(theirId, id);
      this.#t.is(ranks[receive.status?.source as number], from);
      const total = ranks.reduce((all, one) => all + one, 0);
      this.#t.is(await sum, total);
    };
    this.#work.push(check());
  }
}

for (const size of [2, 3, 5, 8]) {
  test(`communicators of communicators have the ranks that they must have, ${size} ranks`, async (t) => {
    for (let seed = 0; seed < 25; seed += 1) {
      const options = { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000 };
      await runRanks(size, (world) => new Family(t, world, seed).run(60), options);
    }
  });
}
