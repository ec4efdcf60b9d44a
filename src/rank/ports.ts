/** At which port each process accepts frames, as the launcher tells: of some only later. */
export class Ports {
  #ports: readonly string[] = [];
  #awaited: { readonly peer: number; readonly resolve: (port: string) => void }[] = [];

  /** Take in the ports by number of the process; empty where there is none, or none yet. */
  take(ports: readonly string[]): void {
    this.#ports = ports;
    const awaited = this.#awaited;
    this.#awaited = [];
    for (const { peer, resolve } of awaited) void this.of(peer).then(resolve);
  }

  /** Resolve to the port of a process, once it is known. */
  of(peer: number): Promise<string> {
    const port = this.#ports[peer] ?? '';
    if (port !== '') return Promise.resolve(port);
    return new Promise((resolve) => {
      this.#awaited.push({ peer, resolve });
    });
  }
}
