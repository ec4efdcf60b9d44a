import { readFileSync } from 'node:fs';

/** The processors on which this process may run: other launchers bind each rank to some. Empty if that is not known. */
export function ownProcessors(): readonly number[] {
  let status = '';
  try {
    status = readFileSync('/proc/self/status', 'latin1');
  } catch {
    // There is no /proc.
  }
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  return readList(list);
}

/** Read a list such as `0-3,8`. */
export function readList(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [, low = '', high = low] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (low === '') return [];
    return Array.from({ length: Number(high) - Number(low) + 1 }, (_, at) => Number(low) + at);
  });
}

/** How many processors several processes of one host may use together. */
export function together(lists: readonly (readonly number[])[], otherwise: number): number {
  return lists.some((list) => list.length === 0) ? otherwise : new Set(lists.flat()).size;
}
