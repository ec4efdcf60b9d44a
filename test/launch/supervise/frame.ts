import test from 'ava';
import { framesText } from '../../../src/launch/supervise/frame.ts';

for (const [frame, expected] of [
  ['    at async helper (file:///p/exchange.ts:14:21)', 'exchange.ts:14:21 in helper'],
  ['    at async file:///p/exchange.ts:14:21', 'exchange.ts:14:21'],
  ['at file:///p/src/main.ts:3:1', 'src/main.ts:3:1'],
  ['    at async Promise.all (index 1)', 'Promise.all (index 1)'],
  ['    at new Grid (/p/grid.cjs:7:9)', 'grid.cjs:7:9 in new Grid'],
  ['    at Foo.bar [as baz] (file:///p/foo.ts:1:2)', 'foo.ts:1:2 in Foo.bar [as baz]'],
  ['    at /p/a (copy)/main.cjs:1:2', 'a (copy)/main.cjs:1:2'],
  ['    at run (/p/a (copy)/main.cjs:1:2)', 'a (copy)/main.cjs:1:2 in run'],
  ['    at async file:///project/main.ts:1:2', '/project/main.ts:1:2'],
  ['    at run (<anonymous>)', 'run (<anonymous>)'],
  ['    at file:///p/%zz.ts:1:2', 'file:///p/%zz.ts:1:2'],
] as const) {
  test(`the frame "${frame.trim()}" is shown as ${expected}`, (t) => {
    t.is(framesText([frame], '/p'), expected);
  });
}
