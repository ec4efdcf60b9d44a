import { posix } from 'node:path';

/**
 * A folder as bytes: a list of what is in it, as one line of JSON, and then the contents one after the
 * other.
 *
 * The same folder gives the same bytes, so that their hash says what it contains. Times and owners are
 * left out, and of the modes all but whether a file is a program.
 */

/** A file or a link in a folder. */
export type Entry =
  | { readonly name: string; readonly data: Uint8Array; readonly executable?: boolean | undefined }
  /** @param link  relative, and leading to somewhere in the folder */
  | { readonly name: string; readonly link: string };

/** How an entry stands in the list: a file's size, with 1 if it is a program, or where a link leads to. */
type Line =
  | readonly [name: string, size: number, program?: 1]
  | readonly [name: string, link: string];

/** Write a folder. Costs a copy of it in memory. @param entries  in any order, no name twice */
export function writeArchive(entries: readonly Entry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map((entry): Line => {
    if ('link' in entry) return [entry.name, entry.link];
    const { name, data, executable } = entry;
    return executable ? [name, data.length, 1] : [name, data.length];
  });
  const contents = sorted.flatMap((entry) => ('data' in entry ? [entry.data] : []));
  return Buffer.concat([Buffer.from(`${JSON.stringify(lines)}\n`), ...contents]);
}

/**
 * Read a folder. The data is not copied.
 *
 * @throws Error if these are no such bytes, or something in there would lie outside of the folder
 */
export function readArchive(archive: Buffer): Entry[] {
  let at = archive.indexOf('\n') + 1;
  const lines = JSON.parse(archive.toString('utf8', 0, at)) as readonly Line[];
  const leaves = new Set<string>();
  const entries = lines.map(([name, what, program]): Entry => {
    if (!isInside(name) || leaves.has(name)) throw new Error(`refused: a file named ${name}`);
    leaves.add(name);
    if (typeof what === 'string') {
      if (!staysInside(name, what)) throw new Error(`refused: the link ${name} to ${what}`);
      return { name, link: what };
    }
    const data = archive.subarray(at, at + what);
    if (data.length !== what) throw new Error('cut short');
    at += what;
    return { name, data, executable: program === 1 };
  });
  if (at !== archive.length) throw new Error('more bytes than it lists');
  // Nothing may be written through a link, nor a link be counted from where another one leads.
  for (const name of leaves) {
    for (let folder = posix.dirname(name); folder !== '.'; folder = posix.dirname(folder)) {
      if (leaves.has(folder)) throw new Error(`refused: ${name} in ${folder}, which is no folder`);
    }
  }
  return entries;
}

function isInside(name: string): boolean {
  return (
    name !== '' &&
    name.split('/').every((part) => !['', '.', '..'].includes(part)) &&
    !name.includes('\0')
  );
}

/**
 * Tell whether a link leads to somewhere in the folder, whatever other links there are: it goes up
 * from real folders only, and down from there.
 */
function staysInside(name: string, link: string): boolean {
  const [upwards = ''] = /^(?:\.\.(?:\/|$))*/.exec(link) ?? [];
  const up = Math.ceil(upwards.length / 3);
  const down = link.slice(upwards.length);
  return up < name.split('/').length && (isInside(down) || (down === '' && up > 0));
}
