import { shown } from '../base/show.ts';
import {
  type HostEntry,
  readEntries,
  readMaxSlots,
  readPort,
  readSlots,
  readUser,
} from './entry.ts';
import { HostMistake } from './mistake.ts';
import { MAX_HOSTS } from './range.ts';

const SETTINGS = 'slots=4, max_slots=8, port=2222 or user=ada';

/**
 * Read a hostfile in the syntax of Open MPI (`ada@node1 slots=4 max_slots=8 port=2222`) or of Hydra
 * (`node1:4`), or of both; names may have ranges (`node[01-04]`).
 *
 * @throws HostMistake that begins with the number of the line, where it is in one line
 */
export function readHostfile(text: string): HostEntry[] {
  const entries: HostEntry[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const content = line.replace(/#.*/, '').trim();
    if (content === '') continue;
    try {
      for (const entry of readLine(content)) entries.push(entry);
      if (entries.length > MAX_HOSTS) {
        throw new HostMistake(`there are more than ${MAX_HOSTS} hosts; that is the limit`);
      }
    } catch (error) {
      if (!(error instanceof HostMistake)) throw error;
      throw new HostMistake(`line ${index + 1}: ${aboutLine(content, error.message)}`);
    }
  }
  if (entries.length === 0) {
    throw new HostMistake(
      'there is no host in this file; write one on each line, as node1 slots=4',
    );
  }
  return entries;
}

/** Show the line too, unless the message begins with all of it. */
function aboutLine(content: string, message: string): string {
  return message.startsWith(shown(content)) ? message : `${shown(content)}: ${message}`;
}

function readLine(content: string): HostEntry[] {
  // There may be spaces around '='.
  const [word = '', ...words] = content.match(/[^\s=]+|=/g) ?? [];
  const entries = readEntries(word);
  const given = new Set<string>();
  if (entries[0]?.slots !== undefined) given.add('slots');
  if (entries[0]?.user !== undefined) given.add('user');
  let settings: Partial<HostEntry> = {};
  for (let at = 0; at < words.length; at += 3) {
    const [key = '', equals, value = '='] = words.slice(at, at + 3);
    if (equals !== '=' || key === '=' || value === '=') {
      throw new HostMistake(`${shown(key)} is no setting of a host; write ${SETTINGS}`);
    }
    const setting = readSetting(key, value);
    const [name = ''] = Object.keys(setting);
    if (given.has(name)) throw new HostMistake(`${shown(key)} is given twice; once is enough`);
    given.add(name);
    settings = { ...settings, ...setting };
  }
  const { slots, maxSlots } = { ...entries[0], ...settings };
  if (maxSlots !== undefined && maxSlots < (slots ?? 1)) {
    throw new HostMistake(`max_slots=${maxSlots} is less than the ${slots ?? 1} slots of the host`);
  }
  return entries.map((entry) => ({ ...entry, ...settings }));
}

function readSetting(key: string, value: string): Partial<HostEntry> {
  switch (key) {
    case 'slots':
      return { slots: readSlots(value) };
    case 'max_slots':
    case 'max-slots':
      return { maxSlots: readMaxSlots(value) };
    case 'port':
      return { port: readPort(value) };
    case 'user':
    case 'username':
      return { user: readUser(value) };
    default:
      throw new HostMistake(`${shown(key)} is no setting of a host; write ${SETTINGS}`);
  }
}
