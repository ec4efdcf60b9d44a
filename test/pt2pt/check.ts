import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import type { Request } from '../../src/request/request.ts';
import { pair, TestWorld } from '../helpers/world.ts';

/** Call with arguments that TypeScript would not let pass. */
type Loose = (...args: unknown[]) => unknown;

function loose(world: Communicator, name: keyof Communicator): Loose {
  return (world[name] as Loose).bind(world);
}

const LEGAL_RANKS = 'is out of range: this communicator has ranks 0 to 1; legal are these';

const WRONG_DESTS: [dest: unknown, shown: string][] = [
  [-1, '-1'],
  [2, '2'],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  ['1', '"1"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [1n, '1n'],
  [{}, 'an object'],
  [[1], 'an array'],
  [() => 1, 'a function'],
];

for (const [dest, shown] of WRONG_DESTS) {
  test(`${shown} is no dest`, async (t) => {
    const [a] = pair();
    const hint = dest === 2 ? '; the last rank is size - 1' : '';
    for (const name of ['send', 'sendReceive'] as const) {
      const request = loose(a, name)('x', dest) as Request<unknown>;
      await t.throwsAsync(request, {
        code: 'ERR_RANK',
        message: `rank 0: ${name}: dest ${shown} ${LEGAL_RANKS} or PROC_NULL${hint}`,
      });
    }
    t.throws(() => loose(a, 'sendInit')('x', dest), { code: 'ERR_RANK' });
  });
}

for (const [source, shown] of WRONG_DESTS.filter(
  ([value]) => value !== -1 && value !== undefined,
)) {
  test(`${shown} is no source`, async (t) => {
    const [, b] = pair();
    const hint = source === 2 ? '; the last rank is size - 1' : '';
    const text = `source ${shown} ${LEGAL_RANKS}, ANY_SOURCE or PROC_NULL${hint}`;
    for (const name of ['receive', 'probe', 'mprobe'] as const) {
      await t.throwsAsync(loose(b, name)(source) as Request<unknown>, {
        code: 'ERR_RANK',
        message: `rank 1: ${name}: ${text}`,
      });
    }
    for (const name of ['iprobe', 'improbe', 'receiveInit'] as const) {
      t.throws(() => loose(b, name)(source), {
        code: 'ERR_RANK',
        message: `rank 1: ${name}: ${text}`,
      });
    }
    await t.throwsAsync(loose(b, 'sendReceive')('x', 0, source) as Request<unknown>, {
      message: `rank 1: sendReceive: ${text}`,
    });
  });
}

test('a world of one rank says so', async (t) => {
  const alone = new TestWorld(1).rank(0);
  await t.throwsAsync(alone.send('x', 1), {
    code: 'ERR_RANK',
    message:
      'rank 0: send: dest 1 is out of range: this communicator has rank 0 alone; legal are these or PROC_NULL; the last rank is size - 1',
  });
});

for (const tag of [-1, -2, 2 ** 31, 1.5, Number.NaN, '7', null]) {
  test(`${typeof tag} ${String(tag)} is no tag of a send`, async (t) => {
    const [a] = pair();
    const shown = tag === '7' ? '"7"' : String(tag);
    const hint = tag === -1 ? '; ANY_TAG is for receives only' : '';
    const expected = {
      code: 'ERR_TAG',
      message: `rank 0: send: tag ${shown} is not an integer from 0 to 2147483647${hint}`,
    };
    await t.throwsAsync(loose(a, 'send')('x', 1, { tag }) as Request<void>, expected);
  });

  if (tag !== -1) {
    test(`${typeof tag} ${String(tag)} is no tag of a receive`, async (t) => {
      const [a] = pair();
      const shown = tag === '7' ? '"7"' : String(tag);
      const text = `tag ${shown} is not an integer from 0 to 2147483647, or ANY_TAG`;
      for (const name of ['receive', 'probe', 'mprobe'] as const) {
        await t.throwsAsync(loose(a, name)(1, { tag }) as Request<unknown>, {
          code: 'ERR_TAG',
          message: `rank 0: ${name}: ${text}`,
        });
      }
      t.throws(() => a.iprobe(1, { tag: tag as never }), { code: 'ERR_TAG' });
    });
  }
}

test('the largest tag and the smallest are legal', async (t) => {
  const [a, b] = pair();
  for (const tag of [0, 2 ** 31 - 1]) {
    await a.send(tag, 1, { tag });
    const receive = b.receive(0, { tag });
    t.is(await receive, tag);
    t.is(receive.status?.tag, tag);
  }
});

const WRONG_OPTIONS: [name: string, options: unknown, code: string, text: string][] = [
  ['null', null, 'ERR_ARG', 'the options must be an object such as { tag: 7 }, not null'],
  ['a number', 7, 'ERR_ARG', 'the options must be an object such as { tag: 7 }, not 7'],
  ['a string', 'x', 'ERR_ARG', 'the options must be an object such as { tag: 7 }, not "x"'],
  [
    'a typed array',
    new Float64Array(1),
    'ERR_ARG',
    'the options must be an object such as { tag: 7 }, not an array',
  ],
  [
    'a timeout of -1',
    { timeout: -1 },
    'ERR_ARG',
    'timeout -1 is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    'a timeout of NaN',
    { timeout: Number.NaN },
    'ERR_ARG',
    'timeout NaN is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    'a timeout no timer can hold',
    { timeout: Number.POSITIVE_INFINITY },
    'ERR_ARG',
    'timeout Infinity is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    'a timeout of text',
    { timeout: '5' },
    'ERR_ARG',
    'timeout "5" is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    'a timeout of null',
    { timeout: null },
    'ERR_ARG',
    'timeout null is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    'another signal',
    { signal: 'SIGINT' },
    'ERR_ARG',
    'signal must be an AbortSignal, not "SIGINT"',
  ],
];

for (const [name, options, code, text] of WRONG_OPTIONS) {
  test(`${name} is refused in the options of every operation`, async (t) => {
    const [a] = pair();
    const calls: [keyof Communicator, unknown[]][] = [
      ['send', ['x', 1]],
      ['receive', [1]],
      ['probe', [1]],
      ['mprobe', [1]],
      ['sendReceive', ['x', 1, 1]],
    ];
    for (const [call, args] of calls) {
      await t.throwsAsync(loose(a, call)(...args, options) as Request<unknown>, {
        code,
        message: `rank 0: ${call}: ${text}`,
      });
    }
    for (const [call, args] of [
      ['iprobe', [1]],
      ['improbe', [1]],
      ['sendInit', ['x', 1]],
      ['receiveInit', [1]],
    ] as [keyof Communicator, unknown[]][]) {
      t.throws(() => loose(a, call)(...args, options), {
        code,
        message: `rank 0: ${call}: ${text}`,
      });
    }
  });
}

test('an unknown mode is refused, and the modes are named', async (t) => {
  const [a] = pair();
  for (const mode of ['x', null, 1]) {
    await t.throwsAsync(a.send('x', 1, { mode: mode as never }), {
      code: 'ERR_ARG',
      message: `rank 0: send: mode ${mode === 'x' ? '"x"' : mode} is none of standard, synchronous, buffered, ready`,
    });
  }
});

const WRONG_INTOS: [into: unknown, shown: string][] = [
  ['x', '"x"'],
  [null, 'null'],
  [3, '3'],
  [[1, 2], 'an array'],
  [{}, 'an object'],
  [new ArrayBuffer(8), 'ArrayBuffer'],
  [new DataView(new ArrayBuffer(8)), 'DataView'],
];

for (const [into, shown] of WRONG_INTOS) {
  test(`${shown} is nothing to receive into`, async (t) => {
    const [a] = pair();
    const text = `into must be a typed array, not ${shown}`;
    await t.throwsAsync(loose(a, 'receive')(1, { into }) as Request<unknown>, {
      code: 'ERR_BUFFER',
      message: `rank 0: receive: ${text}`,
    });
    await t.throwsAsync(loose(a, 'sendReceive')('x', 1, 1, { into }) as Request<unknown>, {
      code: 'ERR_BUFFER',
      message: `rank 0: sendReceive: ${text}`,
    });
    t.throws(() => loose(a, 'receiveInit')(1, { into }), { code: 'ERR_BUFFER' });
  });
}

test('a wrong argument of sendReceive sends nothing', async (t) => {
  const [a, b, { settle }] = pair();
  await t.throwsAsync(a.sendReceive('x', 1, 9), { code: 'ERR_RANK' });
  await t.throwsAsync(a.sendReceive('x', 1, 1, { sendTag: -1 }), { code: 'ERR_TAG' });
  await t.throwsAsync(a.sendReceive('x', 1, 1, { receiveTag: -9 }), { code: 'ERR_TAG' });
  await settle();
  t.is(b.iprobe(), undefined);
});

test('an error names the rank that made it', async (t) => {
  const [, b] = pair();
  const error = await t.throwsAsync(b.send('x', 7));
  t.like(error, { name: 'MpiError', code: 'ERR_RANK', rank: 1 });
});
