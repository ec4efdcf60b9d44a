import test from 'ava';
import { type AttributeKey, createAttributeKey } from '../../src/comm/attributes.ts';
import { runRanks } from '../../src/testing.ts';

test('a value is kept under its key, on this rank and this communicator alone', async (t) => {
  await runRanks(2, async (world) => {
    const [one, other] = [createAttributeKey<number>(), createAttributeKey<number>()];
    t.is(world.getAttribute(one), undefined);
    world.setAttribute(one, world.rank);
    t.is(world.getAttribute(one), world.rank);
    t.is(world.getAttribute(other), undefined);
    const copy = await world.duplicate();
    t.is(copy.getAttribute(one), undefined);
    t.true(world.deleteAttribute(one));
    t.false(world.deleteAttribute(one));
    t.is(world.getAttribute(one), undefined);
  });
});

/** Keys whose callbacks write down what happens. */
function recorded(): { log: string[]; key: (name: string) => AttributeKey<number> } {
  const log: string[] = [];
  const key = (name: string): AttributeKey<number> =>
    createAttributeKey({
      copy: (value) => {
        log.push(`copy ${name} ${value}`);
        return value < 0 ? undefined : value + 1;
      },
      delete: (value) => {
        log.push(`delete ${name} ${value}`);
      },
    });
  return { log, key };
}

test('copies are made in the order of setting, and deleted in the opposite one', async (t) => {
  await runRanks(2, async (world) => {
    const { log, key } = recorded();
    const keys = ['a', 'b', 'c', 'd'].map(key);
    const [a, b, c, d] = keys as [AttributeKey<number>, ...AttributeKey<number>[]];
    const first = await world.duplicate();
    for (const [at, one] of keys.entries()) first.setAttribute(one, 10 * at);
    first.setAttribute(b as AttributeKey<number>, -5);
    t.deepEqual(log.splice(0), ['delete b 10']);
    const second = await first.duplicate();
    t.deepEqual(log.splice(0), ['copy a 0', 'copy c 20', 'copy d 30', 'copy b -5']);
    t.deepEqual(
      [a, b, c, d].map((one) => second.getAttribute(one as AttributeKey<number>)),
      [1, undefined, 21, 31],
    );
    second.deleteAttribute(c as AttributeKey<number>);
    t.deepEqual(log.splice(0), ['delete c 21']);
    const freeing = [second.free(), first.free()];
    t.deepEqual(log.splice(0), [
      'delete d 31',
      'delete a 1',
      'delete b -5',
      'delete d 30',
      'delete c 20',
      'delete a 0',
    ]);
    await Promise.all(freeing);
  });
});

test('a duplicate has the attributes of the moment at which it was asked for', async (t) => {
  await runRanks(3, async (world) => {
    const key = createAttributeKey<string>({ copy: (value) => value });
    const original = await world.duplicate();
    original.setAttribute(key, 'before');
    const making = original.duplicate();
    original.setAttribute(key, 'after');
    t.is((await making).getAttribute(key), 'before');
  });
});

test('a split has no attributes', async (t) => {
  await runRanks(2, async (world) => {
    const key = createAttributeKey<string>({ copy: (value) => value });
    world.setAttribute(key, 'of the world');
    const parts = [await world.split(0), await world.create(world.group)];
    for (const part of parts) t.is(part?.getAttribute(key), undefined);
  });
});

test('a delete callback that throws keeps the value, and a copy callback fails the duplicate here alone', async (t) => {
  await runRanks(2, async (world) => {
    const stuck = createAttributeKey<number>({
      copy: (value) => {
        if (world.rank === 1) throw new Error('cannot copy');
        return value;
      },
      delete: () => {
        throw new Error('cannot delete');
      },
    });
    const copy = await world.duplicate();
    copy.setAttribute(stuck, 1);
    t.throws(() => copy.setAttribute(stuck, 2), { message: 'cannot delete' });
    t.throws(() => copy.deleteAttribute(stuck), { message: 'cannot delete' });
    t.is(copy.getAttribute(stuck), 1);
    const again = copy.duplicate();
    if (world.rank === 1) await t.throwsAsync(again, { message: 'cannot copy' });
    else t.is((await again).getAttribute(stuck), 1);
    await t.throwsAsync(copy.free(), { message: 'cannot delete' });
    t.true(copy.freed);
    await world.barrier();
  });
});

test('a library can free its own communicator with that of the user', async (t) => {
  await runRanks(3, async (world) => {
    const user = await world.duplicate();
    const own = await user.duplicate({ name: 'library' });
    const key = createAttributeKey<typeof own>({ delete: (library) => void library.free() });
    user.setAttribute(key, own);
    await user.free();
    t.true(own.freed);
  });
});

test('what is no key is refused, and so is any after free', async (t) => {
  await runRanks(1, async (world) => {
    const bad = 'key' as unknown as AttributeKey<number>;
    const must = 'the key must come from createAttributeKey(), and is "key"';
    const code = 'ERR_ARG';
    t.throws(() => world.getAttribute(bad), { code, message: `rank 0: getAttribute: ${must}` });
    t.throws(() => world.setAttribute(bad, 1), { code, message: `rank 0: setAttribute: ${must}` });
    t.throws(() => world.deleteAttribute(bad), {
      code,
      message: `rank 0: deleteAttribute: ${must}`,
    });
    const copy = await world.duplicate({ name: 'copy' });
    await copy.free();
    t.throws(() => copy.getAttribute(createAttributeKey()), {
      code: 'ERR_COMM',
      message: 'rank 0 of copy (rank 0 of the world): getAttribute: the communicator was freed',
    });
  });
});
