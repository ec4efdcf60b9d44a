import test from 'ava';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';

function copy<T>(value: T): T {
  return decodeStructured(encodeStructured(value).slice()) as T;
}

const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'then', '__defineGetter__'];

for (const key of keys) {
  test(`${key} is a key like any other`, (t) => {
    const text = `{"before":1,${JSON.stringify(key)}:{"isAdmin":true},"after":2}`;
    // Often enough for the shape to be compiled, were it compiled.
    for (let i = 0; i < 50; i += 1) {
      const received = copy(JSON.parse(text));
      t.deepEqual(Object.keys(received), ['before', key, 'after']);
      t.is(JSON.stringify(received), text);
      t.is(Object.getPrototypeOf(received), Object.prototype);
      t.is(received.isAdmin, undefined);
    }
    t.is(({} as { isAdmin?: boolean }).isAdmin, undefined);
  });

  test(`${key} is a key like any other among many, on an array, and where objects are shared`, (t) => {
    const value = JSON.parse(`{${JSON.stringify(key)}:{"isAdmin":true}}`);
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i]));
    const own = { value: 1, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(many, key, own);
    const array = Object.defineProperty([1], key, own);
    const received = copy([value, value, many, array]);
    t.is(received[1], received[0]);
    t.deepEqual(Object.keys(received[0]), [key]);
    t.true(Object.hasOwn(received[2], key));
    t.true(Object.hasOwn(received[3], key));
    t.is(Object.getPrototypeOf(received[0]), Object.prototype);
    t.is(Object.getPrototypeOf(received[3]), Array.prototype);
    t.is((received[0] as { isAdmin?: boolean }).isAdmin, undefined);
  });
}

test('keys that are code stay keys when a shape is compiled', (t) => {
  const value = {
    '"}); globalThis.broken = true; ({"': 1,
    '`${globalThis.broken = true}`': 2,
    '\u2028\n\\': 3,
    '\ud800': 4,
    0: 5,
  };
  for (let i = 0; i < 50; i += 1) t.deepEqual(Object.entries(copy(value)), Object.entries(value));
  t.false('broken' in globalThis);
});
