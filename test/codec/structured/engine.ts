import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const codec = new URL('../../../src/codec/structured/', import.meta.url).href;

/** Values that between them take every path that depends on the engine. */
const values = `[
  'short é', 'é'.repeat(20), 'é'.repeat(30), 'long é '.repeat(2000), '日本\\ud800 '.repeat(3000), '\\ud800',
  Array.from({ length: 100 }, (_, id) => ({ id, name: 'row' + id, toString: 1, ok: true })),
  new Uint8Array([1, 2, 3]), new Map([['k', { x: 0.5 }]]),
]`;

async function roundTrip(before: string, flags: readonly string[] = []): Promise<string> {
  const program = `
    import { isDeepStrictEqual } from 'node:util';
    ${before}
    const { encodeStructured } = await import('${codec}encode.js');
    const { decodeStructured } = await import('${codec}decode.js');
    for (const value of ${values}) {
      const received = decodeStructured(encodeStructured(value).slice());
      console.log(isDeepStrictEqual(received, value));
    }`;
  const { stdout } = await run(process.execPath, [
    ...flags,
    '--input-type=module',
    '--eval',
    program,
  ]);
  return stdout;
}

const allTrue = 'true\n'.repeat(9);

test('values come back equal on an engine without Buffer', async (t) => {
  t.is(await roundTrip('delete globalThis.Buffer;'), allTrue);
});

test('values come back equal where code may not be made from strings', async (t) => {
  t.is(await roundTrip('', ['--disallow-code-generation-from-strings']), allTrue);
});

test('values come back equal where prototypes are frozen', async (t) => {
  const freeze = 'for (const o of [Object, Array, Map]) Object.freeze(o.prototype);';
  t.is(await roundTrip(freeze), allTrue);
});

test('values of another realm come back as values of this one', async (t) => {
  const program = `
    import vm from 'node:vm';
    import { isDeepStrictEqual } from 'node:util';
    const { encodeStructured } = await import('${codec}encode.js');
    const { decodeStructured } = await import('${codec}decode.js');
    const foreign = vm.runInNewContext(\`({
      list: [1, { a: 1 }], map: new Map([[1, 2]]), set: new Set([1]), date: new Date(5),
      expression: /a/g, boxed: Object(1), buffer: new Uint8Array([1, 2]).buffer,
      view: new Uint8Array([1, 2]), error: new TypeError('x'),
    })\`);
    const { error, ...rest } = decodeStructured(encodeStructured(foreign));
    console.log(isDeepStrictEqual(rest, {
      list: [1, { a: 1 }], map: new Map([[1, 2]]), set: new Set([1]), date: new Date(5),
      expression: /a/g, boxed: Object(1), buffer: new Uint8Array([1, 2]).buffer,
      view: new Uint8Array([1, 2]),
    }));
    console.log(error instanceof TypeError, error.message);
    try {
      encodeStructured({ p: vm.runInNewContext('Promise.resolve()') });
    } catch (error) {
      console.log(error.message);
    }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  t.is(
    stdout,
    'true\ntrue x\nvalue.p is a Promise and cannot be sent; await it and send the result\n',
  );
});

test('neither side keeps hold of what it worked on', async (t) => {
  const program = `
    const { encodeStructured } = await import('${codec}encode.js');
    const { decodeStructured } = await import('${codec}decode.js');
    const held = [];
    (() => {
      const value = { rows: Array.from({ length: 50 }, (_, i) => ({ i, text: 'x'.repeat(100) })) };
      const few = { a: {} };
      const bytes = encodeStructured(value).slice();
      encodeStructured(few);
      const received = decodeStructured(bytes);
      try { encodeStructured([value, few, () => {}]); } catch {}
      try { decodeStructured(bytes.subarray(0, 50)); } catch {}
      for (const object of [value, value.rows[20], few, few.a, bytes, received]) {
        held.push(new WeakRef(object));
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    console.log(held.map((ref) => ref.deref() === undefined).join());`;
  const { stdout } = await run(process.execPath, [
    '--expose-gc',
    '--input-type=module',
    '--eval',
    program,
  ]);
  t.is(stdout, 'true,true,true,true,true,true\n');
});
