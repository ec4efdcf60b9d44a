import test from 'ava';
import { StackFilter } from '../../src/rank/stack.ts';

const filter = new StackFilter('file:///lib/dist/');

const STACK = [
  'Error: boom',
  '    at StackWatch.result (file:///lib/dist/chunk.js:33:15)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  '    at async part (/p/main.ts:3:10)',
  '    at async Promise.all (index 1)',
  '    at async helper (/lib/dist/index.js:1:1)',
  // As Node 24 writes it.
  '    at async node:internal/modules/esm/loader:647:26',
];

test('frames of this library and of Node are no frames of the user', (t) => {
  t.deepEqual(filter.userFrames(STACK.join('\n')), [
    'async part (/p/main.ts:3:10)',
    'async Promise.all (index 1)',
  ]);
});

test("an error keeps the user's frames, and the brace around its properties", (t) => {
  const printed = `${STACK.join('\n')} {\n  code: 'E_BOOM'\n}`;
  t.deepEqual(filter.shorten(printed, false).split('\n'), [
    'Error: boom',
    '    at async part (/p/main.ts:3:10)',
    '    at async Promise.all (index 1) {',
    "  code: 'E_BOOM'",
    '}',
  ]);
});

test('an error without any frame of the user keeps all', (t) => {
  const printed = STACK.slice(0, 3).join('\n');
  t.is(filter.shorten(printed, false), printed);
});

test('an error of ours is shown without frames if none is the user’s', (t) => {
  const printed =
    'MpiError: lost\n    at wait (file:///lib/dist/wait.js:1:1)\n    at node:internal/a:1:1';
  t.is(filter.shorten(printed, true), 'MpiError: lost');
  t.is(filter.shorten(printed, false), printed);
});

test('a frame of the language belongs to whoever called it', (t) => {
  const stack = [
    'Error: boom',
    '    at Array.map (<anonymous>)',
    '    at declared (file:///lib/dist/native.js:3:15)',
    '    at Array.forEach (<anonymous>)',
    '    at part (/p/main.ts:3:10)',
    '    at Array.map (<anonymous>)',
  ];
  t.deepEqual(filter.userFrames(stack.join('\n')), [
    'Array.forEach (<anonymous>)',
    'part (/p/main.ts:3:10)',
  ]);
  t.is(
    filter.shorten(stack.join('\n'), true),
    'Error: boom\n    at Array.forEach (<anonymous>)\n    at part (/p/main.ts:3:10)',
  );
});
