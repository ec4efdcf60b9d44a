/** Show a wrong argument in a few characters. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) || ArrayBuffer.isView(value) ? 'an array' : 'an object';
  }
  return String(value);
}

/** As many items as a list in a message may have. */
const MOST_ITEMS = 8;

/** Show what should have been a short list, with its items: `[0, 9, 3]`. */
export function showItems(value: unknown): string {
  if (!Array.isArray(value)) return show(value);
  // Unlike map, from visits the holes of a sparse array.
  const items = Array.from(value.slice(0, MOST_ITEMS), show);
  if (value.length > MOST_ITEMS) items.push('…');
  return `[${items.join(', ')}]`;
}

/** Longer values are cut in messages: an argument may be 100 kB. */
const LONGEST_SHOWN = 80;

/** Show a text as it was typed inside a message: in quotes, and cut where it is very long. */
export function shown(text: string): string {
  return text.length > LONGEST_SHOWN ? `'${text.slice(0, LONGEST_SHOWN)}…'` : `'${text}'`;
}
