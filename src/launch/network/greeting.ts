/**
 * What is said when one host looks whether an address leads to another: the one that connects greets, the
 * other answers with the token that the launcher has told to all. So an address that leads elsewhere is found
 * out, be it to a stranger or back to where it came from.
 */

/** What the one that connects says. */
export const GREETING = 'tsmpi-probe 1\n';

/** What the other answers. */
export function answerWith(token: string): string {
  return `tsmpi-probe 1 ${token}\n`;
}

/** No answer is longer. */
export const MOST_ANSWER_BYTES = 128;
