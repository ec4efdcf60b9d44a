/** What a root says of itself and its group first of all. */
export interface Hello {
  /** The version of tsmpi. */
  readonly version: string;
  /** Which job it belongs to. */
  readonly job: string;
  /** What messages call that job: `client.ts (process 1234)`. */
  readonly title: string;
  /** How many ranks its group has. */
  readonly size: number;
  /** Whether some of them are on other hosts than the root. */
  readonly far: boolean;
  /** The addresses at which other hosts of its job reach the host of the root. */
  readonly bind: readonly string[];
}

/** Read a hello; undefined if it is none. */
export function readHello(value: unknown): Hello | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, job, title, size, far, bind } = value as Partial<Hello>;
  const isHello =
    typeof version === 'string' &&
    typeof job === 'string' &&
    typeof title === 'string' &&
    Number.isInteger(size) &&
    (size as number) > 0 &&
    typeof far === 'boolean' &&
    Array.isArray(bind) &&
    bind.every((one) => typeof one === 'string');
  return isHello ? (value as Hello) : undefined;
}

/** Say why two jobs cannot meet; undefined if they can. @param here  of the job that is asked, and so puts it */
export function refusalOf(
  client: Pick<Hello, 'version' | 'job'>,
  here: Pick<Hello, 'version' | 'job'>,
): string | undefined {
  if (client.version !== here.version) {
    return `the job at the port has tsmpi ${here.version}, and this one ${client.version}; have both use the same`;
  }
  if (client.job !== here.job) return undefined;
  return 'the port is one of this very job; its ranks have world, and intercommunicator joins groups of them';
}
