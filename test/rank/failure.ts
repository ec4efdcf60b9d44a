import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { describeFailure } from '../../src/rank/failure.ts';
import { StackFilter } from '../../src/rank/stack.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const filter = new StackFilter('file:///lib/dist/');

function withStack<E extends Error>(error: E, ...frames: string[]): E {
  const lines = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)];
  error.stack = lines.join('\n');
  return error;
}

test('an MpiError is told with its code in the first line, and its cause at the end', (t) => {
  const details = { rank: 2, peer: 1, cause: 'the cable' };
  const error = withStack(new MpiError('ERR_OTHER', 'rank 2: no', details), '/p/main.ts:1:1');
  const { summary, text } = describeFailure(error, filter);
  t.is(summary, 'MpiError [ERR_OTHER]: rank 2: no');
  t.is(text, `${summary}\n    at /p/main.ts:1:1\n[cause]: 'the cable'`);
});

test('an error says which lost rank is behind it, also by way of causes', (t) => {
  const lost = new MpiError('ERR_PROC_FAILED', 'gone', { rank: 0, peer: 3 });
  t.is(describeFailure(new Error('outer', { cause: lost }), filter).causedBy, 3);
  t.is(describeFailure(new Error('outer'), filter).causedBy, undefined);
});

test('a syntax error is told once, then the line that it is about', (t) => {
  const error = new SyntaxError('no such export');
  error.stack =
    'main.ts:1\nimport { x } from "y";\n         ^\nSyntaxError: no such export\n    at node:x';
  t.deepEqual(describeFailure(error, filter).text.split('\n'), [
    'SyntaxError: no such export',
    'main.ts:1',
    'import { x } from "y";',
    '         ^',
  ]);
});

test('an export that tsmpi lacks is named as the program does, with the nearest that there is', (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'index.js'), 'export const { send, world, wtime } = runtime;\n');
  const library = `${pathToFileURL(folder).href}/`;
  const missing = (url: string, name: string): string => {
    const text = `The requested module '${url}' does not provide an export named '${name}'`;
    return describeFailure(new SyntaxError(text), new StackFilter(library)).summary;
  };
  const index = `${library}index.js`;
  t.is(missing(index, 'wrold'), "SyntaxError: tsmpi has no export 'wrold'; did you mean 'world'?");
  t.is(missing(index, 'broadcast'), "SyntaxError: tsmpi has no export 'broadcast'");
  t.is(
    missing(index, 'default'),
    "SyntaxError: tsmpi has no export 'default'; import by name: import { world } from 'tsmpi'",
  );
  t.is(missing(`${library}pool.js`, 'pool'), "SyntaxError: tsmpi/pool has no export 'pool'");
  t.regex(missing('file:///p/index.js', 'wrold'), /'file:\/\/\/p\/index\.js' does not provide/);
});

test('of a long error the beginning and the end are told', (t) => {
  const lines = Array.from({ length: 10_000 }, (_, line) => `line ${line}`);
  const long = withStack(new Error(`${'x'.repeat(1e6)}\n${lines.join('\n')}`), '/p/main.ts:1:1');
  const { summary, text } = describeFailure(long, filter);
  t.true(summary.length < 2000 && text.length < 40_000);
  t.true(text.startsWith(summary));
  t.true(text.endsWith('\n    at /p/main.ts:1:1'));
});

test('what is thrown need not be an error', (t) => {
  t.is(describeFailure('boom', filter).summary, "Uncaught 'boom'");
  t.is(describeFailure(undefined, filter).text, 'Uncaught undefined');
});
