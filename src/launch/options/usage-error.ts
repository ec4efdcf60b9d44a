import { escapeControls } from './quote.ts';

/**
 * A mistake on the command line of tsrun.
 *
 * The message is one line, whatever was typed, and says what is wrong, with which value, and what is
 * accepted. The caller prints it after `tsrun: ` and exits with 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(escapeControls(message));
  }
}
