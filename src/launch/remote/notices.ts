import { hostList } from '../supervise/names.ts';

/** What hosts have to say to the user, each once, with all that say it. */
export class Notices {
  readonly #hosts = new Map<string, string[]>();

  add(notice: string, host: string): void {
    this.#hosts.set(notice, [...(this.#hosts.get(notice) ?? []), host]);
  }

  lines(): string[] {
    return [...this.#hosts].map(([notice, hosts]) => `${hostList(hosts.sort())}: ${notice}`);
  }
}
