import { MpiError } from '../base/error.ts';
import { shown } from '../base/show.ts';
import { C_TYPES, type Kind, QUALIFIERS } from './c-types.ts';

/** What is passed or returned. */
export interface ValueType {
  readonly kind: Kind;
  /** `value`; `array`, a pointer to such; or `text`, a pointer to characters that are only read. */
  readonly form: 'value' | 'array' | 'text';
  /** As it was written: `const double *`. */
  readonly text: string;
}

/** One parameter of a function. */
export interface Parameter extends ValueType {
  readonly name: string;
}

/** A function of C, as it was declared. */
export interface Signature {
  /** Its name in C. */
  readonly name: string;
  readonly result: ValueType;
  readonly parameters: readonly Parameter[];
  /** The declaration, without what need not be there. */
  readonly text: string;
}

/** Koffi passes no more. */
const MOST_PARAMETERS = 32;

/**
 * Read a declaration such as `double sum(const double *a, int n)`.
 *
 * @throws MpiError `ERR_ARG` if it is none, or has a type that JavaScript has nothing for
 */
export function parsePrototype(text: unknown): Signature {
  if (typeof text !== 'string') {
    throw new MpiError('ERR_ARG', `native: a prototype is a text such as 'int add(int a, int b)'`);
  }
  const plain = text.replace(/\s+/g, ' ').trim().replace(/ ?;$/, '');
  const found = /^([\w *]*?[ *])(\w+) ?\((.*)\)$/.exec(plain);
  if (found === null) {
    throw wrong(text, `it must be a declaration as in C: 'int add(int a, int b)'`);
  }
  const [, head = '', name = '', list = ''] = found;
  const parameters = parseParameters(text, list.trim());
  return { name, result: parseResult(text, head.trim()), parameters, text: plain };
}

function parseParameters(prototype: string, list: string): Parameter[] {
  if (list === '' || list === 'void') return [];
  if (/[()]/.test(list)) throw wrong(prototype, 'a function cannot be passed to C');
  if (list.includes('...')) {
    throw wrong(
      prototype,
      'it must say what it takes: write a function of C without ... around it',
    );
  }
  const parameters = list.split(',').map((part, index) => parseParameter(prototype, part, index));
  if (parameters.length > MOST_PARAMETERS) {
    throw wrong(prototype, `it has more than ${MOST_PARAMETERS} parameters: put them in an array`);
  }
  return parameters;
}

function parseParameter(prototype: string, text: string, index: number): Parameter {
  const { kind, name, isPointer, isConst, written } = parseDeclarator(prototype, text);
  const isText = isPointer && isConst && kind === 'char';
  if (kind === 'void' && !isPointer) throw wrong(prototype, `'${text.trim()}' is no parameter`);
  const form = isText ? 'text' : isPointer ? 'array' : 'value';
  return { kind, form, text: written, name: name === '' ? `${index + 1}` : name };
}

function parseResult(prototype: string, text: string): ValueType {
  const { kind, isPointer, isConst, written } = parseDeclarator(prototype, `${text} result`);
  if (!isPointer) return { kind, form: 'value', text: written };
  if (isConst && kind === 'char') return { kind, form: 'text', text: written };
  throw wrong(
    prototype,
    `a pointer cannot be returned, but for 'const char *': have the function write into an array that is passed to it`,
  );
}

interface Declarator {
  readonly kind: Kind;
  readonly name: string;
  readonly isPointer: boolean;
  readonly isConst: boolean;
  readonly written: string;
}

/** Read a type and a name, which may be left out. */
function parseDeclarator(prototype: string, text: string): Declarator {
  const [before = '', ...dimensions] = text.trim().split('[');
  const [pointed = '', ...names] = before.split('*');
  if (dimensions.length + names.length > 1) {
    throw wrong(
      prototype,
      `'${text.trim()}' is a pointer to pointers or to arrays: pass one array, and reckon its rows in C`,
    );
  }
  const words = pointed.split(' ').filter((word) => word !== '');
  const counting = words.filter((word) => !isQualifier(word));
  const whole = kindOf(counting);
  const hasName = names.length === 0 && whole === undefined;
  const kind = hasName ? kindOf(counting.slice(0, -1)) : whole;
  if (kind === undefined) throw unknownType(prototype, text.trim());
  const nameWords = (names[0] ?? '').split(' ').filter((word) => word !== '' && !isQualifier(word));
  const name = hasName ? (counting.at(-1) ?? '') : (nameWords[0] ?? '');
  const type = (hasName ? words.slice(0, words.lastIndexOf(name)) : words).join(' ');
  const isPointer = dimensions.length + names.length > 0;
  return {
    kind,
    name,
    isPointer,
    isConst: words.includes('const'),
    written: isPointer ? `${type} *` : type,
  };
}

function kindOf(words: readonly string[]): Kind | undefined {
  const name = words.join(' ');
  return Object.hasOwn(C_TYPES, name) ? C_TYPES[name as keyof typeof C_TYPES] : undefined;
}

function isQualifier(word: string): boolean {
  return (QUALIFIERS as readonly string[]).includes(word);
}

function unknownType(prototype: string, text: string): MpiError {
  return wrong(
    prototype,
    `'${text}' has a type that JavaScript has nothing for; there are numbers, bool, pointers to arrays of them, void * and const char *`,
  );
}

function wrong(prototype: string, reason: string): MpiError {
  return new MpiError('ERR_ARG', `native: prototype ${shown(prototype)}: ${reason}`);
}
