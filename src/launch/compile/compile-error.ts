/** A program that cannot be compiled. The message is finished: print it as it is, without a stack. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}
