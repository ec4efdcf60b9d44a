/** A machine on which ranks may run, as a hostfile, a command line or a scheduler names it. */
export interface Host {
  /** As written: a name, or an IPv4 or IPv6 address (without brackets). */
  readonly name: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** How many ranks it takes before others share its cores; at least 1. */
  readonly slots: number;
  /** More ranks than this it takes in no case. */
  readonly maxSlots?: number | undefined;
}
