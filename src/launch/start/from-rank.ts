import { WAIT_KINDS } from '../../base/wait-kind.ts';
import type { Unmatched } from '../../control/ending.ts';
import type {
  Failure,
  ForeignEnd,
  FromRank,
  SpawnProgram,
  Standing,
  Wait,
} from '../../control/message.ts';
import { parseCalls } from '../../keeper/call.ts';

/** What would do more to a terminal than to stand in a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSHOWABLE = /[\x00-\x1f\x7f-\x9f]/;

/**
 * Check that `value` is a message of ours, and return it with nothing but our own fields.
 *
 * The user's program can write to the same pipe with `process.send`, so anything may arrive here;
 * what is no message of ours gives undefined.
 */
export function parseFromRank(value: unknown): FromRank | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.kind) {
    case 'joined': {
      const address = value.address;
      if (address === undefined || address === null) return { kind: 'joined' };
      return typeof address === 'string' ? { kind: 'joined', address } : undefined;
    }
    case 'finalizing': {
      const { framesSent, lines } = value;
      if (!isArrayOf(framesSent, isNumber)) return undefined;
      if (lines === undefined) return { kind: 'finalizing', framesSent };
      return isArrayOf(lines, isString) ? { kind: 'finalizing', framesSent, lines } : undefined;
    }
    case 'unmatched': {
      const { messages, receives } = value;
      const isRight = isArrayOf(messages, isUnmatched) && isArrayOf(receives, isUnmatched);
      return isRight ? { kind: 'unmatched', messages, receives } : undefined;
    }
    case 'failed': {
      const failure = parseFailure(value.failure);
      if (failure === undefined) return undefined;
      return { kind: 'failed', failure, exitCode: parseExitCode(value.exitCode) };
    }
    case 'abort': {
      const stack = value.stack;
      if (!isArrayOf(stack, isString)) return undefined;
      return { kind: 'abort', exitCode: parseExitCode(value.exitCode), stack };
    }
    case 'waits': {
      const { id, waits, finalizing } = value;
      if (!isNumber(id) || !isArrayOf(waits, isWait) || typeof finalizing !== 'boolean') {
        return undefined;
      }
      return { kind: 'waits', id, waits, finalizing };
    }
    case 'stands': {
      const standing = value.standing;
      return isStanding(standing) ? { kind: 'stands', standing } : undefined;
    }
    case 'disconnected': {
      const { context, processes, connected } = value;
      if (!isNumber(context) || !isArrayOf(processes, isNumber)) return undefined;
      if (!isArrayOf(connected, isNumber)) return undefined;
      return { kind: 'disconnected', context, processes, connected };
    }
    case 'serving':
      return { kind: 'serving' };
    case 'dismiss': {
      const { processes, atOnce } = value;
      if (!isArrayOf(processes, isNumber) || typeof atOnce !== 'boolean') return undefined;
      return { kind: 'dismiss', processes, atOnce };
    }
    case 'spawn':
      return parseSpawn(value);
    case 'progress': {
      const { text, kept } = value;
      if (!isString(text) || typeof kept !== 'boolean' || UNSHOWABLE.test(text)) return undefined;
      return { kind: 'progress', text, kept };
    }
    case 'reserve': {
      const { id, count, name } = value;
      if (!isNumber(id) || !isNumber(count) || !isString(name)) return undefined;
      return { kind: 'reserve', id, count, name };
    }
    case 'foreign': {
      const { process } = value;
      const end = parseEnd(value.end);
      return isNumber(process) && end !== undefined ? { kind: 'foreign', process, end } : undefined;
    }
    case 'store': {
      const calls = parseCalls(value.calls);
      return calls && { kind: 'store', calls };
    }
    default:
      return undefined;
  }
}

function parseSpawn(value: Record<string, unknown>): FromRank | undefined {
  const { id, programs, parents, context, tolerant } = value;
  if (!isNumber(id) || !isNumber(context) || typeof tolerant !== 'boolean') return undefined;
  if (!isArrayOf(parents, isNumber) || !isArrayOf(programs, isSpawnProgram)) return undefined;
  return { kind: 'spawn', id, programs, parents, context, tolerant };
}

function parseEnd(value: unknown): ForeignEnd | undefined {
  if (!isRecord(value)) return undefined;
  const { lost, framesSent } = value;
  if (isString(lost)) return { lost };
  return isArrayOf(framesSent, isNumber) ? { framesSent } : undefined;
}

function isSpawnProgram(value: unknown): value is SpawnProgram {
  if (!isRecord(value)) return false;
  const { program, n, args, env, wdir, hosts } = value;
  return (
    isString(program) &&
    isNumber(n) &&
    isArrayOf(args, isString) &&
    isRecord(env) &&
    Object.values(env).every(isString) &&
    isOptionalString(wdir) &&
    isOptionalString(hosts)
  );
}

/** JSON has no NaN and no Infinity and writes null for them; an exit code is kept whatever it is. */
function parseExitCode(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function parseFailure(value: unknown): Failure | undefined {
  if (!isRecord(value)) return undefined;
  const { text, summary, causedBy } = value;
  if (!isString(text) || !isString(summary)) return undefined;
  if (causedBy === undefined || causedBy === null) return { text, summary };
  return isNumber(causedBy) ? { text, summary, causedBy } : undefined;
}

function isWait(value: unknown): value is Wait {
  return (
    isRecord(value) &&
    WAIT_KINDS.some((kind) => kind === value.kind) &&
    isString(value.call) &&
    isArrayOf(value.waitsFor, isNumber) &&
    isNumber(value.sinceMs) &&
    isArrayOf(value.stack, isString) &&
    isOptionalString(value.lock) &&
    isOptionalString(value.hint)
  );
}

function isUnmatched(value: unknown): value is Unmatched {
  if (!isRecord(value)) return false;
  const { what, sent, line, count } = value;
  const isSent = isRecord(sent) && isNumber(sent.process) && isNumber(sent.line);
  return (
    isString(what) && (sent === undefined || isSent) && isOptionalString(line) && isNumber(count)
  );
}

function isStanding(value: unknown): value is Standing {
  return (
    isRecord(value) &&
    isArrayOf(value.waitsFor, isNumber) &&
    isArrayOf(value.locks, isString) &&
    isArrayOf(value.mayHear, isNumber) &&
    isArrayOf(value.framesSent, isNumber) &&
    isArrayOf(value.framesReceived, isNumber) &&
    isNumber(value.heard)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArrayOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || isString(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
