/** What a rank says of its own accord when it has nothing more to send. */
export type EndingNews =
  /** `finalize` was entered, by the program or at its end; no user message leaves after this. */
  | {
      readonly kind: 'finalizing';
      readonly framesSent: readonly number[];
      /** Under `--check`: the lines that have sent messages, by their numbers. */
      readonly lines?: readonly string[] | undefined;
    }
  /** Under `--check`, once all have finalized: messages that were never received here, and receives for which nothing came. */
  | {
      readonly kind: 'unmatched';
      readonly messages: readonly Unmatched[];
      readonly receives: readonly Unmatched[];
    };

/** Messages, or receives, that differ in nothing that is told. */
export interface Unmatched {
  /** As reports show it: `rank 0, tag 5`, `1, any tag`. */
  readonly what: string;
  /** Process number of the sender, and the number of the line among those of that; of messages alone. */
  readonly sent?: { readonly process: number; readonly line: number } | undefined;
  /** The line; of receives alone. */
  readonly line?: string | undefined;
  /** How many there are. */
  readonly count: number;
}
