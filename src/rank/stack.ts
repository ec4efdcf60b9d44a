/** Where this library lies: its own frames say nothing to the user. */
const OWN_FOLDER = new URL('..', import.meta.url);

/** Tell whether a line of a stack shows a place in the user's own code, or in a package of theirs. */
function isUserFrame(line: string): boolean {
  if (!/^\s*at /.test(line)) return false;
  if (line.includes('(node:') || line.includes('at node:')) return false;
  // A stack shows URLs, or paths where it went through a source map.
  return !line.includes(OWN_FOLDER.href) && !line.includes(OWN_FOLDER.pathname);
}

/** The user's frames of a stack, innermost first, without `at`. */
export function userFrames(stack: string): string[] {
  return stack
    .split('\n')
    .filter(isUserFrame)
    .map((line) => line.trim().replace(/^at /, ''));
}

/** Drop the frames of this library and of Node from a printed error, unless nothing else would be left. */
export function withoutOwnFrames(text: string): string {
  const lines = text.split('\n');
  if (!lines.some(isUserFrame)) return text;
  return lines.filter((line) => !/^\s*at /.test(line) || isUserFrame(line)).join('\n');
}
