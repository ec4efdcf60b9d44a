import test from 'ava';
import type { WaitKind } from '../../../src/base/wait-kind.ts';
import { deadlockText } from '../../../src/launch/supervise/deadlock-text.ts';
import { Names } from '../../../src/launch/supervise/names.ts';

/** What is advised where each of these ranks waits for something of one kind. */
function remedy(...kinds: readonly WaitKind[]): string {
  const places = kinds.map((kind, rank) => {
    const wait = { kind, call: 'x', waitsFor: [], sinceMs: 0, stack: [] };
    return { kind: 'answered', rank, waits: [wait], finalizingMs: undefined } as const;
  });
  const context = { names: new Names(kinds.length, () => 'here'), cwd: '/p' };
  return (
    deadlockText([[...kinds.keys()]], places, context)
      .split('\n')
      .at(-1) ?? ''
  );
}

for (const [kinds, expected] of [
  [['send', 'synchronous'], /eager limit/],
  [['synchronous', 'synchronous'], /a synchronous send is complete only/],
  [['receive', 'receive'], /let one of them send first/],
  [['receive'], /one receive too many/],
  [['lock', 'lock'], /take locks in the same order/],
  [['lock', 'store'], /nobody is left to put/],
  [['collective', 'receive'], /a collective call waits for all ranks/],
  [['collective', 'serving'], /a rank that serves as a worker/],
  [['receive', 'serving'], /a rank that serves as a worker/],
  [['send', 'receive'], /each waits before it does what the other waits for/],
] as const) {
  test(`the advice for ${kinds.join(' and ')} goes by what is waited for`, (t) => {
    t.regex(remedy(...kinds), expected);
  });
}
