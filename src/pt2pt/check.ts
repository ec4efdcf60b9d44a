import { arrayKindOf } from '../base/array-kind.ts';
import { LONGEST_DELAY_MS } from '../base/clock.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL, TAG_UB } from '../base/constants.ts';
import { MpiError } from '../base/error.ts';
import { isRank, showRanks } from '../base/rank.ts';
import { show } from '../base/show.ts';
import type { Limits } from '../match/limits.ts';
import type { ReceiveOptions, SendOptions } from './channel.ts';
import type { TakenOptions } from './matched-message.ts';

/** Who calls: an endpoint. What is called follows as `call`: a verb such as `send`. */
export interface Caller {
  /** As errors name it: `rank 2`. */
  readonly who: string;
  readonly ownWorldRank: number;
  /** The number of ranks that can be named. */
  readonly size: number;
  /** Whose they are; `this communicator` if left out. */
  readonly whose?: string | undefined;
}

/** What stands for options that are left out; there is nothing to check in it. */
export const NO_OPTIONS: object = {};

const MODES = ['standard', 'synchronous', 'buffered', 'ready'];

/** @throws MpiError `ERR_RANK`, `ERR_TAG` or `ERR_ARG`, naming what is legal */
export function checkSend(caller: Caller, call: string, dest: number, options: SendOptions): void {
  checkObject(caller, call, options);
  checkRank(caller, call, 'dest', dest, false);
  if (options.tag !== undefined) checkTag(caller, call, options.tag, false);
  if (options.mode !== undefined && !MODES.includes(options.mode)) {
    throw wrong(
      caller,
      call,
      'ERR_ARG',
      `mode ${show(options.mode)} is none of ${MODES.join(', ')}`,
    );
  }
  checkLimits(caller, call, options);
}

/** @throws MpiError `ERR_RANK`, `ERR_TAG`, `ERR_BUFFER` or `ERR_ARG`, naming what is legal */
export function checkReceive(
  caller: Caller,
  call: string,
  source: number,
  options: ReceiveOptions,
): void {
  checkObject(caller, call, options);
  checkRank(caller, call, 'source', source, true);
  if (options.tag !== undefined) checkTag(caller, call, options.tag, true);
  checkInto(caller, call, options.into);
  checkLimits(caller, call, options);
}

/** @throws MpiError `ERR_BUFFER` or `ERR_ARG`, naming what is legal */
export function checkTaken(caller: Caller, call: string, options: TakenOptions): void {
  checkObject(caller, call, options);
  checkInto(caller, call, options.into);
  checkLimits(caller, call, options);
}

/** @throws MpiError `ERR_BUFFER` unless it is a typed array or left out */
export function checkInto(caller: Caller, call: string, into: unknown): void {
  if (into === undefined || (ArrayBuffer.isView(into) && !(into instanceof DataView))) return;
  const name = arrayKindOf(into)?.name ?? show(into);
  throw wrong(caller, call, 'ERR_BUFFER', `into must be a typed array, not ${name}`);
}

/** @throws MpiError `ERR_ARG` if the options are no object */
export function checkObject(
  caller: Caller,
  call: string,
  options: unknown,
  example: string = '{ tag: 7 }',
): void {
  const isPlain = !Array.isArray(options) && !ArrayBuffer.isView(options);
  if (typeof options !== 'object' || options === null || !isPlain) {
    throw wrong(
      caller,
      call,
      'ERR_ARG',
      `the options must be an object such as ${example}, not ${show(options)}`,
    );
  }
}

function checkRank(
  caller: Caller,
  call: string,
  what: 'dest' | 'source',
  rank: number,
  any: boolean,
): void {
  if (isRank(rank, caller.size)) return;
  if (rank === PROC_NULL || (any && rank === ANY_SOURCE)) return;
  const more = any ? ', ANY_SOURCE or PROC_NULL' : ' or PROC_NULL';
  const hint = rank === caller.size ? '; the last rank is size - 1' : '';
  throw wrong(
    caller,
    call,
    'ERR_RANK',
    `${what} ${show(rank)} is out of range: ${caller.whose ?? 'this communicator'} has ${showRanks(caller.size)}; legal are these${more}${hint}`,
  );
}

/** @throws MpiError `ERR_TAG`, naming what is legal */
export function checkTag(caller: Caller, call: string, tag: number, any: boolean): void {
  if (Number.isInteger(tag) && tag >= 0 && tag <= TAG_UB) return;
  if (any && tag === ANY_TAG) return;
  const more = any ? ', or ANY_TAG' : '';
  const hint = !any && tag === ANY_TAG ? '; ANY_TAG is for receives only' : '';
  throw wrong(
    caller,
    call,
    'ERR_TAG',
    `tag ${show(tag)} is not an integer from 0 to ${TAG_UB}${more}${hint}`,
  );
}

/** @throws MpiError `ERR_ARG` for what is no time and no signal */
export function checkLimits(caller: Caller, call: string, { timeout, signal }: Limits): void {
  if (timeout === undefined && signal === undefined) return;
  const isDelay = typeof timeout === 'number' && timeout >= 0 && timeout <= LONGEST_DELAY_MS;
  if (timeout !== undefined && !isDelay) {
    throw wrong(
      caller,
      call,
      'ERR_ARG',
      `timeout ${show(timeout)} is not a number of milliseconds from 0 to ${LONGEST_DELAY_MS}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrong(caller, call, 'ERR_ARG', `signal must be an AbortSignal, not ${show(signal)}`);
  }
}

/** Make the error about a wrong argument: who, which call, what. */
export function wrong(
  { who, ownWorldRank }: Caller,
  call: string,
  code: MpiError['code'],
  text: string,
): MpiError {
  return new MpiError(code, `${who}: ${call}: ${text}`, { rank: ownWorldRank });
}
