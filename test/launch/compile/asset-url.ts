import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { CompileError } from '../../../src/launch/compile/compile.ts';
import { project } from './_project.ts';

test('a worker, a child process and an import may be named by a URL', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { fork } from 'node:child_process';
      import { once } from 'node:events';
      import { URL } from 'node:url';
      import { Worker } from 'node:worker_threads';
      const said = async (emitter) => (await once(emitter, 'message'))[0];
      console.log(await said(new Worker(new URL('./worker.ts', import.meta.url))));
      const url = new URL(
        "worker.ts?query#hash", // A name without a dot is relative too.
        import.meta.url,
      ); const worker = new Worker(url, { workerData: 'kept' });
      console.log(await said(worker));
      console.log(await said(fork(new URL('./child.mts', import.meta.url))));
      console.log((await import(new URL(\`./part.ts\`, import.meta.url).href)).part);
      console.log(await said(new Worker(new URL(import.meta.resolve('./worker.js')))));
    `,
    'worker.ts': `
      import { parentPort, workerData, Worker } from 'node:worker_threads';
      import { part } from './part.ts';
      if (workerData === 'kept') {
        new Worker(new URL('./deep/inner.ts', import.meta.url)).once('message', (message) => {
          parentPort!.postMessage(message + ' in ' + new URL(import.meta.url).pathname.slice(-9));
        });
      } else parentPort!.postMessage('worker ' + part);
    `,
    'deep/inner.ts':
      "import { parentPort } from 'node:worker_threads'; parentPort!.postMessage('inner' as string);",
    'child.mts': "import { part } from './part.ts'; process.send!('child ' + part);",
    'part.ts': 'export const part: number = 7;',
  });
  t.deepEqual(await lines('main.ts'), [
    'worker 7',
    'inner in worker.ts',
    'child 7',
    '7',
    'worker 7',
  ]);
});

test('a module may start itself again as a worker or a child process', async (t) => {
  const { lines } = project(t, {
    'worker.ts': `
      import { fileURLToPath } from 'node:url';
      import { isMainThread, parentPort, Worker } from 'node:worker_threads';
      if (isMainThread) {
        for (const file of [1, 2] as const) {
          const worker = file === 1
            ? new Worker(new URL(import.meta.url))
            : new Worker(fileURLToPath(import.meta.url), {});
          worker.on('message', (message) => console.log(message));
        }
      } else parentPort!.postMessage('worker' satisfies string);
    `,
    'child.ts': `
      import { fork } from 'node:child_process';
      if (process.send === undefined) fork(import.meta.filename).on('message', console.log);
      else process.send('child ' + import.meta.filename.slice(-8) as string, undefined, {});
    `,
  });
  t.deepEqual(await lines('worker.ts'), ['worker', 'worker']);
  t.is((await lines('child.ts'))[0]?.slice(0, 14), 'child child.ts');
});

test('CommonJS workers and children find tsmpi, by URL and by require.resolve', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { Worker } from 'node:worker_threads';
      new Worker(new URL('./worker.cts', import.meta.url)).on('message', (m) => console.log(m));
    `,
    'main.cts': `
      const { fork } = require('node:child_process');
      fork(require.resolve('./child.cts')).on('message', (m: string) => console.log(m));
    `,
    'worker.cts':
      "require('node:worker_threads').parentPort.postMessage(require('tsmpi').from as string);",
    'child.cts': "process.send!(require('tsmpi').from as string);",
  });
  t.deepEqual(await lines('main.ts'), ['index']);
  t.deepEqual(await lines('main.cts'), ['index']);
});

test("what is no code of ours stays the user's own file", async (t) => {
  const { path, compile, lines } = project(t, {
    'main.ts': `
      console.log(new URL('./data.json', import.meta.url).href);
      console.log(new URL('./plain.js', import.meta.url).href);
      console.log(new URL('./broken.js', import.meta.url).href);
      console.log(new URL('./missing.ts', import.meta.url).href);
      console.log(new URL('./uses.js', import.meta.url).href.includes('/cache/'));
    `,
    'data.json': '{}',
    'plain.js': 'alert(1);',
    'broken.js': 'is not ( JavaScript',
    'uses.js': "import { world } from 'tsmpi'; console.log(world);",
  });
  const own = (name: string): string => pathToFileURL(path(name)).href;
  t.deepEqual(await lines('main.ts'), [
    ...['data.json', 'plain.js', 'broken.js', 'missing.ts'].map(own),
    'true',
  ]);
  t.false(readFileSync((await compile('main.ts')).entry, 'utf8').includes('plain.mjs'));
});

test('a text that only looks like such a URL is left alone', async (t) => {
  const text = `new URL('./worker.ts', import.meta.url)`;
  const { lines } = project(t, {
    'main.ts': `
      // ${text}
      console.log(${JSON.stringify(text)}, \`${text}\`, /'/.source, new URL('./worker.ts', import.meta.url).pathname.slice(-11));
    `,
    'worker.ts': 'export {};',
  });
  t.regex(
    (await lines('main.ts'))[0] ?? '',
    /^(new URL\('\.\/worker\.ts', import\.meta\.url\) ){2}' ~worker\.mjs$/,
  );
});

test('a mistake in a worker is reported with the program', async (t) => {
  const { compile } = project(t, {
    'main.ts': "new URL('./worker.ts', import.meta.url);",
    'worker.ts': 'const = 1;',
  });
  const error = await t.throwsAsync(compile('main.ts'), { instanceOf: CompileError });
  t.regex(error.message, /worker\.ts:1:7: error: Expected identifier but found "="/);
});
