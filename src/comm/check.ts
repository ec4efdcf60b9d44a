import { arrayKindOf } from '../base/array-kind.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL, TAG_UB } from '../base/constants.ts';
import { MpiError } from '../base/error.ts';
import type { ReceiveOptions, SendOptions } from '../pt2pt/channel.ts';
import type { TakenOptions } from '../pt2pt/matched-message.ts';

/** Who called what: the start of every message. */
export interface Call {
  readonly rank: number;
  readonly size: number;
  /** The verb, such as `send`. */
  readonly name: string;
}

const MODES = ['standard', 'synchronous', 'buffered', 'ready'];

/** The longest delay that a timer can hold. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** @throws MpiError `ERR_RANK`, `ERR_TAG` or `ERR_ARG`, naming what is legal */
export function checkSend(call: Call, dest: number, options: SendOptions): void {
  checkObject(call, options);
  checkRank(call, 'dest', dest, false);
  if (options.tag !== undefined) checkTag(call, options.tag, false);
  if (options.mode !== undefined && !MODES.includes(options.mode)) {
    throw wrong(call, 'ERR_ARG', `mode ${show(options.mode)} is none of ${MODES.join(', ')}`);
  }
  checkLimits(call, options);
}

/** @throws MpiError `ERR_RANK`, `ERR_TAG`, `ERR_BUFFER` or `ERR_ARG`, naming what is legal */
export function checkReceive(call: Call, source: number, options: ReceiveOptions): void {
  checkObject(call, options);
  checkRank(call, 'source', source, true);
  if (options.tag !== undefined) checkTag(call, options.tag, true);
  checkInto(call, options.into);
  checkLimits(call, options);
}

/** @throws MpiError `ERR_BUFFER` or `ERR_ARG`, naming what is legal */
export function checkTaken(call: Call, options: TakenOptions): void {
  checkObject(call, options);
  checkInto(call, options.into);
  checkLimits(call, options);
}

function checkInto(call: Call, into: unknown): void {
  if (into === undefined) return;
  const kind = arrayKindOf(into);
  if (kind === undefined || !ArrayBuffer.isView(into) || into instanceof DataView) {
    throw wrong(call, 'ERR_BUFFER', `into must be a typed array, not ${kind?.name ?? show(into)}`);
  }
}

/** @throws MpiError `ERR_ARG` if the options are no object */
export function checkObject(call: Call, options: unknown): void {
  const isPlain = !Array.isArray(options) && !ArrayBuffer.isView(options);
  if (typeof options !== 'object' || options === null || !isPlain) {
    throw wrong(
      call,
      'ERR_ARG',
      `the options must be an object such as { tag: 7 }, not ${show(options)}`,
    );
  }
}

function checkRank(call: Call, what: 'dest' | 'source', rank: number, any: boolean): void {
  if (Number.isInteger(rank) && rank >= 0 && rank < call.size) return;
  if (rank === PROC_NULL || (any && rank === ANY_SOURCE)) return;
  const ranks = call.size === 1 ? 'rank 0 alone' : `ranks 0 to ${call.size - 1}`;
  const more = any ? ', ANY_SOURCE or PROC_NULL' : ' or PROC_NULL';
  const hint = rank === call.size ? '; the last rank is size - 1' : '';
  throw wrong(
    call,
    'ERR_RANK',
    `${what} ${show(rank)} is out of range: this communicator has ${ranks}; legal are these${more}${hint}`,
  );
}

function checkTag(call: Call, tag: number, any: boolean): void {
  if (Number.isInteger(tag) && tag >= 0 && tag <= TAG_UB) return;
  if (any && tag === ANY_TAG) return;
  const more = any ? ', or ANY_TAG' : '';
  const hint = !any && tag === ANY_TAG ? '; ANY_TAG is for receives only' : '';
  throw wrong(
    call,
    'ERR_TAG',
    `tag ${show(tag)} is not an integer from 0 to ${TAG_UB}${more}${hint}`,
  );
}

function checkLimits(call: Call, { timeout, signal }: ReceiveOptions): void {
  const isDelay = typeof timeout === 'number' && timeout >= 0 && timeout <= TIMEOUT_MAX_MS;
  if (timeout !== undefined && !isDelay) {
    throw wrong(
      call,
      'ERR_ARG',
      `timeout ${show(timeout)} is not a number of milliseconds from 0 to ${TIMEOUT_MAX_MS}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrong(call, 'ERR_ARG', `signal must be an AbortSignal, not ${show(signal)}`);
  }
}

function wrong({ rank, name }: Call, code: MpiError['code'], text: string): MpiError {
  return new MpiError(code, `rank ${rank}: ${name}: ${text}`, { rank });
}

/** Show a wrong argument in a few characters. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) || ArrayBuffer.isView(value) ? 'an array' : 'an object';
  }
  return String(value);
}
