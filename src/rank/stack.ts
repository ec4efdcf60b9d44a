import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Tells the user's frames of a stack from those of this library and of Node. */
export class StackFilter {
  readonly #own: readonly string[];

  /** @param library  URL of the folder in which all frames are ours */
  constructor(library: string) {
    // A stack shows URLs, or paths where it went through a source map.
    this.#own = ['(node:', 'at node:', 'at async node:', library, fileURLToPath(library)];
  }

  /** Whether something lies in this library. */
  isOurs(place: string): boolean {
    return this.#own.some((own) => place.includes(own));
  }

  /** The user's frames of a stack, innermost first, without `at`. */
  userFrames(stack: string): string[] {
    const lines = stack.split('\n');
    const isUsers = this.#usersAmong(lines);
    return lines.filter((_, at) => isUsers[at]).map((line) => line.trim().replace(/^at /, ''));
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
    const isUsers = this.#usersAmong(lines);
    if (!isOurs && !isUsers.includes(true)) return text;
    const kept: string[] = [];
    for (const [at, line] of lines.entries()) {
      if (!isFrame(line) || isUsers[at]) kept.push(line);
      // The last frame opens the brace around the error's own properties.
      else if (line.endsWith(' {')) kept.push(`${kept.pop() ?? ''} {`);
    }
    return kept.join('\n');
  }

  /** Which of these lines are frames of the user. What is part of the language belongs to whoever called it. */
  #usersAmong(lines: readonly string[]): boolean[] {
    const isUsers: boolean[] = [];
    for (let at = lines.length - 1; at >= 0; at -= 1) {
      const line = lines[at] as string;
      isUsers[at] = isOfLanguage(line)
        ? isUsers[at + 1] === true
        : isFrame(line) && !this.isOurs(line);
    }
    return isUsers;
  }
}

function isFrame(line: string): boolean {
  return /^\s*at /.test(line);
}

/** A frame without a place: `at Array.map (<anonymous>)`. */
function isOfLanguage(line: string): boolean {
  return isFrame(line) && /\(<anonymous>\)(?: \{)?$/.test(line);
}
