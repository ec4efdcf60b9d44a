import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Tells the user's frames of a stack from those of this library and of Node. */
export class StackFilter {
  readonly #own: readonly string[];

  /** @param library  URL of the folder in which all frames are ours */
  constructor(library: string) {
    // A stack shows URLs, or paths where it went through a source map.
    this.#own = ['(node:', 'at node:', library, fileURLToPath(library)];
  }

  /** The user's frames of a stack, innermost first, without `at`. */
  userFrames(stack: string): string[] {
    return stack
      .split('\n')
      .filter((line) => this.#isUserFrame(line))
      .map((line) => line.trim().replace(/^at /, ''));
  }

  /** The innermost line of the user in a stack: `file:line:column`; undefined if there is none. */
  userLine(stack: string): string | undefined {
    const [frame = ''] = this.userFrames(stack);
    const [, place] = /\(?([^()]+:\d+:\d+)\)?$/.exec(frame) ?? [];
    if (place === undefined) return undefined;
    const path = place.startsWith('file://') ? place.slice('file://'.length) : place;
    const cwd = `${process.cwd()}/`;
    return path.replace(/^async /, '').startsWith(cwd) ? path.slice(cwd.length) : path;
  }

  /**
   * Drop all other frames from a printed error.
   *
   * @param isOurs  whether the error is one of ours, which says all without frames; of another one the frames are left
   *   if none is the user's
   */
  shorten(text: string, isOurs: boolean): string {
    const lines = text.split('\n');
    if (!isOurs && !lines.some((line) => this.#isUserFrame(line))) return text;
    const kept: string[] = [];
    for (const line of lines) {
      if (!isFrame(line) || this.#isUserFrame(line)) kept.push(line);
      // The last frame opens the brace around the error's own properties.
      else if (line.endsWith(' {')) kept.push(`${kept.pop() ?? ''} {`);
    }
    return kept.join('\n');
  }

  #isUserFrame(line: string): boolean {
    return isFrame(line) && !this.#own.some((own) => line.includes(own));
  }
}

function isFrame(line: string): boolean {
  return /^\s*at /.test(line);
}
