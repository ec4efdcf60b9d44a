import { show } from '../base/show.ts';
import type { TaskFunction } from '../tasks/run.ts';
import type { FunctionReference } from './wire.ts';

/** What a module exports, by name. */
export type Namespace = Readonly<Record<string, unknown>>;

const RULE = 'a worker finds a function among the exports of its module';
const FIX =
  'write it as `export function name(item) { … }` in the module that the Pool was made for, and give it what it needs as part of each item, or by the `initializer`';

const ELSEWHERE =
  'or, if it is an export of another module, make the pool for that: `new Pool(new URL("./tasks.ts", import.meta.url))`';

/**
 * Describe a function for workers.
 *
 * @param refuse  makes the error about what no worker can be told of
 */
export function referenceOf(fn: unknown, refuse: (text: string) => Error): FunctionReference {
  if (typeof fn !== 'function') throw refuse(`needs a function, not ${show(fn)}`);
  const { name } = fn;
  const text = Function.prototype.toString.call(fn);
  if (name.startsWith('bound ')) {
    throw refuse(
      `${name.slice(6)} is bound to an object, which workers do not have: ${RULE}; ${FIX}`,
    );
  }
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    throw refuse(
      `${name || 'the function'} is a part of JavaScript itself: ${RULE}; call it in one of your own: ${FIX}`,
    );
  }
  if (/^class\b/.test(text)) {
    throw refuse(`${name || 'the class'} is a class, and cannot be called; ${FIX}`);
  }
  if (name === '') throw refuse(`the function has no name: ${RULE}; ${FIX}`);
  return { name, text };
}

/**
 * Find the function that was meant.
 *
 * A function cannot be sent, and two processes have no object in common: it is the export of that name, and of the same text.
 *
 * @returns the function, or why there is none
 */
export function findFunction(
  namespace: Namespace,
  { name, text }: FunctionReference,
  module: string,
): TaskFunction | string {
  const found = (value: unknown): value is TaskFunction =>
    typeof value === 'function' &&
    value.name === name &&
    Function.prototype.toString.call(value) === text;
  const exports = exportsOf(namespace);
  const same = [...exports].filter(([, value]) => found(value));
  const [only] = same;
  const named = same.find(([key]) => key === name) ?? (same.length === 1 ? only : undefined);
  if (named !== undefined && new Set(same.map(([, value]) => value)).size === 1) {
    return named[1] as TaskFunction;
  }
  const where = `'${module}'`;
  if (same.length > 1) {
    const keys = same.map(([key]) => key).join(', ');
    return `${name} may be any of the exports ${keys} of ${where}, which look alike: they are made by one function; ${FIX}`;
  }
  if (exports.has(name)) {
    return `${name} is another function than the export ${name} of ${where}, perhaps one inside of a function: ${RULE}; ${FIX}`;
  }
  return `${where} does not export ${name}: ${RULE}, and a closure cannot be sent; ${FIX}; ${ELSEWHERE}`;
}

/** What CommonJS exports may lie one step deeper. */
function exportsOf(namespace: Namespace): Map<string, unknown> {
  const { default: all } = namespace;
  const inner = typeof all === 'object' && all !== null ? Object.entries(all) : [];
  return new Map([
    ...inner,
    ...Object.keys(namespace).map((key) => [key, namespace[key]] as const),
  ]);
}
