import type { StoreLink } from './link.ts';

/** Finds the link of whoever calls, where several ranks are in one process. */
let find: () => StoreLink | undefined = () => undefined;

/** The link by which the store is called here; undefined for that of the process. */
export function linkInScope(): StoreLink | undefined {
  return find();
}

/** Have the store of this process be that of whoever calls it. */
export function setScope(finder: () => StoreLink | undefined): void {
  find = finder;
}
