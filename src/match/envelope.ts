import { ANY_SOURCE, ANY_TAG } from '../base/constants.ts';

/** What a message is matched by, within its context. */
export interface Envelope {
  readonly source: number;
  readonly tag: number;
}

/** Tell whether a receive for `wanted`, wildcards allowed, takes a message with this envelope. */
export function matches(wanted: Envelope, message: Envelope): boolean {
  return (
    (wanted.source === message.source || wanted.source === ANY_SOURCE) &&
    (wanted.tag === message.tag || wanted.tag === ANY_TAG)
  );
}

/** Tell whether `wanted` names one source and one tag. */
export function isExact(wanted: Envelope): boolean {
  return wanted.source !== ANY_SOURCE && wanted.tag !== ANY_TAG;
}

/** One number for an exact envelope: tags have 31 bits, so it is unique up to 2^22 ranks. */
export function envelopeKey({ source, tag }: Envelope): number {
  return source * 2 ** 31 + tag;
}

/** Show a wanted envelope as messages do: `1, tag 7`. */
export function describeSource({ source, tag }: Envelope): string {
  const from = source === ANY_SOURCE ? 'any rank' : String(source);
  return `${from}, ${tag === ANY_TAG ? 'any tag' : `tag ${tag}`}`;
}
