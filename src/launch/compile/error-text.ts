import { resolve } from 'node:path';
import type { Location, Message } from 'esbuild';
import { shownPath } from './shown-path.ts';

const SHOWN_ERRORS = 5;
const SHOWN_COLUMNS = 100;

/**
 * Write esbuild's errors for a terminal: place, text, and the line with a caret under the mistake.
 *
 * @param folder  what relative paths in the messages start from
 * @param cwd  the user's folder; files inside are shown relative to it
 */
export function errorText(errors: readonly Message[], folder: string, cwd: string): string {
  const texts = errors.slice(0, SHOWN_ERRORS).map((error) => {
    const text = explained(error.text);
    return error.location === null ? `error: ${text}` : located(error.location, text, folder, cwd);
  });
  const more = errors.length - texts.length;
  if (more > 0) texts.push(`and ${more} more`);
  return texts.join('\n');
}

function located(location: Location, text: string, folder: string, cwd: string): string {
  // esbuild counts bytes from 0; editors and stack traces count UTF-16 units from 1.
  const bytes = Buffer.from(location.lineText);
  const before = bytes.subarray(0, location.column).toString();
  const marked = bytes.subarray(location.column, location.column + location.length).toString();
  const path = shownPath(resolve(folder, location.file), cwd);
  const place = `${path}:${location.line}:${before.length + 1}`;

  // Of a very long line only the neighbourhood of the mistake is shown.
  const skipped = Math.max(0, before.length - SHOWN_COLUMNS / 2);
  const shown = location.lineText.slice(skipped, skipped + SHOWN_COLUMNS);
  const indent = before.slice(skipped).replace(/[^\t]/g, ' ');
  const room = Math.max(1, shown.length - indent.length);
  const caret = '^'.padEnd(Math.min(Math.max(1, marked.length), room), '~');
  const number = String(location.line).padStart(5);
  return `${place}: error: ${text}\n${number} │ ${shown}\n${' '.repeat(number.length)} ╵ ${indent}${caret}`;
}

/** Say what to do about it where esbuild's remedies are for bundlers. */
function explained(text: string): string {
  const missing = /^Could not resolve "(.*)"$/.exec(text)?.[1];
  if (missing === undefined) return text;
  const name = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*/.exec(missing)?.[0];
  return name === undefined
    ? `cannot find "${missing}"`
    : `cannot find package "${missing}"; if it is not installed: npm install ${name}`;
}
