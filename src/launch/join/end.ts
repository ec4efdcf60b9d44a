import { CacheError } from '../../cache/folder.ts';
import { CompileError } from '../compile/compile-error.ts';
import { UsageError } from '../options/usage-error.ts';
import type { MemberEnd } from './member-facts.ts';
import { MeetingError } from './place.ts';

/** The shell's code for a command line that makes no sense. */
const USAGE_EXIT_CODE = 2;
/** The ranks cannot find each other. */
export const MEETING_EXIT_CODE = 1;

/** How the others end if this one cannot start the job; a mistake of the user's is told by it alone. */
export function endAfter(error: unknown): MemberEnd {
  if (error instanceof MeetingError) return { exitCode: MEETING_EXIT_CODE, text: error.message };
  const mistake = [UsageError, CompileError, CacheError].some((kind) => error instanceof kind);
  return { exitCode: mistake ? USAGE_EXIT_CODE : MEETING_EXIT_CODE, text: '' };
}
