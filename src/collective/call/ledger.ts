import type { Engine } from '../../match/engine.ts';
import type { Mailbox } from '../../match/mailbox.ts';
import { CallChannel } from '../../pt2pt/call-channel.ts';
import { type Call, Mismatch } from './call.ts';

/** What a rank tells all others about a call: `what`, `hash` and line. */
type Entry = readonly [what: number, hash: number, line: string];

/** Marks the messages of the ledger: no operation has this number. */
const LEDGER = 0xff;

/**
 * Have every rank tell every other what it calls, and from which line: `tsrun --check`.
 *
 * The entries go before all other messages of the call, by the same tag. So whoever gets a message of another call has the
 * line of that call already, and a mistake is found even where the messages of two calls would not meet.
 *
 * @throws Mismatch about the first rank that is in another call
 */
export async function compareWithOthers(
  engine: Engine,
  mailbox: Mailbox,
  tag: number,
  call: Call,
): Promise<void> {
  const { endpoint } = mailbox;
  const { worldRanks, ownWorldRank } = endpoint;
  const purpose = {
    what: LEDGER,
    hash: 0,
    call: `${call.call}, to be compared with that of others`,
    request: call.request,
    limited: false,
    mismatch: (source: number, what: number, hash: number) => call.mismatch(source, what, hash),
  };
  const channel = new CallChannel(engine, mailbox, endpoint.forCall(purpose), tag);
  const entry: Entry = [call.what, call.hash, call.line ?? ''];
  const compare = async (source: number): Promise<void> => {
    void channel.send(entry, source);
    const [what, hash, theirLine] = (await channel.receive(source)) as Entry;
    if (what !== call.what || hash !== call.hash) {
      throw new Mismatch({ source, what, hash, line: theirLine });
    }
  };
  try {
    const others = [...worldRanks.keys()].filter((rank) => worldRanks[rank] !== ownWorldRank);
    await Promise.all(others.map(compare));
  } catch (error) {
    channel.abandon();
    throw error;
  }
}
