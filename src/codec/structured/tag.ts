/**
 * What the bytes of a structured value mean.
 *
 * An encoding is one byte, `TREE` or `GRAPH`, and one value. A value is a tag and what the tag says
 * follows it. Numbers of more than one byte are little-endian; the elements of typed arrays and of
 * blocks of numbers travel as they lie in memory, so both ends share one byte order, as every platform
 * of Node but s390x does.
 *
 * `length`, `count` and `number` below are variable-length integers: seven bits a byte, low bits
 * first, the top bit set on all but the last. Tags are never reused for something else.
 */

/** First byte: no object occurs twice, so the reader need not number them. */
export const TREE = 0xf1;
/** First byte: objects refer to each other, so the reader numbers them in the order they open. */
export const GRAPH = 0xf2;

/** 0x00–0x7f: the integer that the tag is. */
export const SMALL_INT_END = 0x80;
/** 0x80–0x9f: a string of 0–31 Latin-1 characters, which follow. */
export const SHORT_STRING = 0x80;
export const SHORT_STRING_MAX = 31;
/** 0xa0–0xbf: an object of the message's shape 0–31; the values follow in the order of its keys. */
export const RECORD = 0xa0;
export const RECORD_MAX = 31;

export const UNDEFINED = 0xc0;
export const NULL = 0xc1;
export const FALSE = 0xc2;
export const TRUE = 0xc3;

/** One byte, signed. */
export const INT8 = 0xc4;
/** Two bytes, signed. */
export const INT16 = 0xc5;
/** Four bytes, signed. */
export const INT32 = 0xc6;
/** Eight bytes; everything that is not a 32-bit integer, -0 included. */
export const FLOAT64 = 0xc7;
/** A bigint of at most 64 bits: eight bytes, signed. */
export const BIGINT64 = 0xc8;
/** A longer bigint: one byte 0 or 1 for its sign, length, the magnitude's bytes, highest first. */
export const BIGINT = 0xc9;

/** Length, then as many Latin-1 characters of one byte. */
export const LATIN1 = 0xca;
/** Length, then as many UTF-16 code units of two bytes; a lone surrogate is as good as any other. */
export const UTF16 = 0xcb;

/** Number: the object that opened as that one, counted from 0. Only in a GRAPH. */
export const REFERENCE = 0xd0;
/** A byte: an object of the message's shape of that number, for those past RECORD_MAX. */
export const FAR_RECORD = 0xd1;
/** An object of a new shape, which takes the next number: count of keys, length, keys, values. */
export const NEW_RECORD = 0xd2;
/** An object that is not worth a shape: count, then each key and its value. */
export const OBJECT = 0xd3;
/** An array without holes and named properties: length, elements. */
export const ARRAY = 0xd4;
/** Any other array: length, count, each index and element; count, each name and value. */
export const SPARSE_ARRAY = 0xd5;
/** An array of numbers alone: length, zeros up to BLOCK_ALIGNMENT, then eight bytes each. */
export const FLOAT64_ARRAY = 0xd6;
/** An array of 32-bit integers alone, none -0: length, zeros as above, then four bytes each. */
export const INT32_ARRAY = 0xd7;
/** Keys and values in turn, up to END. */
export const MAP = 0xd8;
/** Items, up to END. */
export const SET = 0xd9;
/** A byte for the class; count, each hidden name and value; count, each enumerable one. */
export const ERROR = 0xda;
/** Eight bytes: milliseconds, NaN if the date is invalid. */
export const DATE = 0xdb;
/** Two strings: source and flags. */
export const REGEXP = 0xdc;
/** The number, string, boolean or bigint inside. */
export const BOXED = 0xdd;
/** A byte for the array kind, length in bytes, the bytes. */
export const BINARY = 0xde;
/** Closes a MAP or a SET. */
export const END = 0xdf;

/**
 * A byte: OBJECT, ARRAY, MAP, SET or ERROR, the last with its class after it. The object opens here
 * and is empty; its contents follow the whole value before it, first come first served. Only in a GRAPH.
 */
export const LATER = 0xe0;

/** 0xe1–0xef: an array of 1–15 integers of 16 bits, none -0, which follow, two bytes each. */
export const INT16_LIST = 0xe0;
export const INT16_LIST_MAX = 15;

/** Blocks of numbers start at a multiple of this, counted from the first byte of the encoding. */
export const BLOCK_ALIGNMENT = 8;

/**
 * How many containers may stand inside one another before the next one is put off to LATER.
 *
 * Bounds the stack that either side needs, whatever the depth of the value.
 */
export const MAX_DEPTH = 128;

/** Objects with more keys than this get no shape. */
export const MAX_SHAPE_KEYS = 32;
/** Objects whose keys take more bytes than this get no shape. */
export const MAX_SHAPE_BYTES = 1024;
/** A message defines no more shapes than this; objects of further shapes bring their keys along. */
export const MAX_SHAPES = 256;

/** Error classes by their byte after ERROR; a class that is not here travels as its nearest base. */
export const ERROR_CLASSES: readonly ErrorConstructor[] = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError as unknown as ErrorConstructor,
];
