import { HostError } from './host-error.ts';
import { settled } from './settled.ts';

/** Wait until all of these run. @throws AggregateError of what is wrong with those that do not */
export async function allHosts<T>(
  starting: ReadonlyMap<number, Promise<T>>,
): Promise<Map<number, T>> {
  await settled([...starting.values()]);
  const entries = [...starting].map(async ([number, value]) => [number, await value] as const);
  return new Map(await Promise.all(entries));
}

/** What is wrong with which hosts, if that and nothing else is what happened. */
export function hostErrors(error: unknown): readonly HostError[] | undefined {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const ours = all.filter((one): one is HostError => one instanceof HostError);
  return ours.length === all.length ? ours : undefined;
}

/** Word what is wrong with a host for standard error. */
export function describeHostError({ host, message, remedy }: HostError): string {
  return `tsrun: host ${host}: ${message}\n${remedy === '' ? '' : `  ${remedy}\n`}`;
}
