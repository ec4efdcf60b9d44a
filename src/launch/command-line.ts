import type { Allocation } from './allocation.ts';
import { Printout, readSegment, type Segment, splitPrograms } from './options/syntax.ts';
import { type CommandLineContext, type JobOptions, judge } from './options.ts';

/** A job to run, or a text for stdout after which all is done. */
export type CommandLine =
  | { readonly kind: 'run'; readonly job: JobOptions; readonly allocation: Allocation }
  | { readonly kind: 'print'; readonly text: string };

/**
 * Read the arguments of tsrun.
 *
 * @param argv  what follows the command's own name
 * @throws UsageError for anything that cannot be meant
 */
export function parseCommandLine(
  argv: readonly string[],
  context: CommandLineContext,
): CommandLine {
  const segments: Segment[] = [];
  for (const words of splitPrograms(argv)) {
    const segment = readSegment(words, context.version);
    if (segment instanceof Printout) return { kind: 'print', text: segment.text };
    segments.push(segment);
  }
  return { kind: 'run', ...judge(segments, context) };
}
