import { ANY_SOURCE, ANY_TAG } from '../base/constants.ts';
import { type Envelope, matches } from './envelope.ts';

/**
 * Describe the unread message that comes nearest to what a receive waits for; empty if there is none.
 *
 * A wrong tag is the likelier mistake, so the same source goes first.
 */
export function nearMiss({ source, tag }: Envelope, unread: Iterable<Envelope>): string {
  const messages = [...unread];
  const otherTag = messages.find((message) => matches({ source, tag: ANY_TAG }, message));
  if (otherTag !== undefined) {
    return `; an unread message from rank ${otherTag.source} has tag ${otherTag.tag}`;
  }
  const otherSource = messages.find((message) => matches({ source: ANY_SOURCE, tag }, message));
  return otherSource === undefined
    ? ''
    : `; an unread message with tag ${otherSource.tag} is from rank ${otherSource.source}`;
}
