/** What a value of C is to JavaScript; also what koffi calls it. */
export type Kind =
  | 'bool'
  | 'char'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double'
  | 'void';

/** The types of C that can be named in a prototype, without `const` and the like. `long` has 64 bits wherever Node and this library run. */
export const C_TYPES = {
  void: 'void',
  bool: 'bool',
  _Bool: 'bool',
  char: 'char',
  'signed char': 'int8',
  int8_t: 'int8',
  'unsigned char': 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  'short int': 'int16',
  'signed short': 'int16',
  int16_t: 'int16',
  'unsigned short': 'uint16',
  'unsigned short int': 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  signed: 'int32',
  'signed int': 'int32',
  int32_t: 'int32',
  unsigned: 'uint32',
  'unsigned int': 'uint32',
  uint32_t: 'uint32',
  long: 'int64',
  'long int': 'int64',
  'signed long': 'int64',
  'long long': 'int64',
  'long long int': 'int64',
  int64_t: 'int64',
  ssize_t: 'int64',
  ptrdiff_t: 'int64',
  intptr_t: 'int64',
  'unsigned long': 'uint64',
  'unsigned long int': 'uint64',
  'unsigned long long': 'uint64',
  'unsigned long long int': 'uint64',
  uint64_t: 'uint64',
  size_t: 'uint64',
  uintptr_t: 'uint64',
  float: 'float',
  double: 'double',
} as const;

/** Words that say nothing of what is passed. */
export const QUALIFIERS = [
  'const',
  'volatile',
  'restrict',
  '__restrict',
  'register',
  'extern',
] as const;

/** The headers of the standard library that types come from. */
export const HEADERS: readonly string[] = ['stdbool.h', 'stddef.h', 'stdint.h', 'sys/types.h'];
