import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line of a V8 stack, taken apart. */
interface StackFrame {
  readonly name: string | undefined;
  /** `file:line:column`, or undefined for a frame without a place such as `Promise.all (index 1)`. */
  readonly place: string | undefined;
}

/** More frames than this say little more, and make the line unreadable. */
const MAX_FRAMES = 4;

/**
 * Show a chain of frames in one line, innermost first: `swap.ts:3:9 in helper ← main.ts:8:1`.
 *
 * Files inside `cwd` are named relative to it.
 */
export function framesText(stack: readonly string[], cwd: string): string {
  const shown = stack.slice(0, MAX_FRAMES).map((line) => frameText(line, cwd));
  if (stack.length > MAX_FRAMES) shown.push('…');
  return shown.join(' ← ');
}

function frameText(line: string, cwd: string): string {
  const { name, place } = parseFrame(line);
  if (place === undefined) return name ?? line.trim();
  const file = placeText(place, cwd);
  return name === undefined ? file : `${file} in ${name}`;
}

function parseFrame(line: string): StackFrame {
  const text = line
    .trim()
    .replace(/^at /, '')
    .replace(/^async /, '');
  const named = /^(.+?) \((.+)\)$/.exec(text);
  if (named === null) return { name: undefined, place: text };
  const [, name, place] = named;
  // `Promise.all (index 1)` looks like a name with a place but has none.
  if (place === undefined || !/:\d+$/.test(place)) return { name: text, place: undefined };
  // So a source map names the top level of a module, and every function without a name.
  return { name: name === '<anonymous>' ? undefined : name, place };
}

function placeText(place: string, cwd: string): string {
  const parts = /^(.*?)((?::\d+){1,2})$/.exec(place);
  if (parts === null) return place;
  const [, file = '', position = ''] = parts;
  return `${fileText(file, cwd)}${position}`;
}

function fileText(file: string, cwd: string): string {
  let path = file;
  if (file.startsWith('file://')) {
    try {
      path = fileURLToPath(file);
    } catch {
      return file;
    }
  }
  const inside = path.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep);
  return inside ? relative(cwd, path) : path;
}
