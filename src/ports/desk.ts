import process from 'node:process';
import { MpiError } from '../base/error.ts';
import type { Meeting, MeetingOptions } from '../comm/parts.ts';
import type { Limits } from '../match/limits.ts';
import type { Request } from '../request/request.ts';
import { openPortsFolder } from './folder.ts';
import { Meetings } from './meetings.ts';
import { OpenPort } from './open-port.ts';
import { type Owner, ownOwner } from './owner.ts';
import { Patience } from './patience.ts';
import { parsePort } from './port-name.ts';
import { Registry } from './registry.ts';
import type { PortsSurroundings } from './surroundings.ts';
import { WaitList } from './wait-list.ts';

/** So often a name that is not published yet is looked for. */
const LOOK_MS = 40;

/** All that one process has to do with other jobs: its ports, the names that it has published, and its connections. */
export class Desk {
  readonly #around: PortsSurroundings;
  readonly #owner: Owner = ownOwner();
  readonly #ports = new Map<string, OpenPort>();
  /** The encoded names that this process has published. */
  readonly #published = new Set<string>();
  /** By port: the service that it is known as here. */
  readonly #services = new Map<string, string>();
  readonly waits: WaitList;
  readonly meetings: Meetings;
  #registry: Registry | undefined;
  #watching = false;

  constructor(around: PortsSurroundings) {
    this.#around = around;
    this.waits = new WaitList(around.clock);
    this.meetings = new Meetings(around, this.waits, (port) => this.#titleOf(port));
  }

  /** @param place  left out: for this user on this host */
  async open(
    place: { readonly address: string; readonly key: string } | undefined,
  ): Promise<string> {
    const { range } = this.#around;
    const where = place === undefined ? { folder: openPortsFolder() } : { ...place, range };
    if ('folder' in where) new Registry(where.folder).sweep();
    this.#cleanAtExit();
    const port = await OpenPort.open(where, (hello) => this.meetings.refusal(hello));
    this.#ports.set(port.name, port);
    return port.name;
  }

  /** @throws MpiError `ERR_PORT` if this process has no such port */
  close(name: string): void {
    this.#own(name).close();
    this.#ports.delete(name);
  }

  /** @param encoded  the name of the service, as files have it */
  publish(service: string, encoded: string, port: string): void {
    if (parsePort(port) === undefined) throw noPort(port);
    this.#cleanAtExit();
    const other = this.#names().publish(encoded, port, this.#owner);
    if (other !== undefined) {
      const whose = other.pid === process.pid ? 'this process itself' : `process ${other.pid}`;
      const text = `'${service}' is published already, by ${whose}; unpublish it there, or choose another name`;
      throw new MpiError('ERR_NAME', text);
    }
    this.#published.add(encoded);
    this.#services.set(port, service);
  }

  unpublish(service: string, encoded: string): void {
    if (!this.#published.delete(encoded)) {
      const found = this.#names().find(encoded);
      const whose = found?.lives ? `process ${found.entry.pid} has published it` : 'nobody has';
      const text = `'${service}' was not published by this process: ${whose}`;
      throw new MpiError('ERR_NAME', text);
    }
    this.#names().unpublish(encoded, this.#owner);
  }

  /** Wait until somebody has published a service. */
  async lookUp(
    service: string,
    encoded: string,
    limits: Limits,
    request: Request<string>,
  ): Promise<string> {
    const { clock } = this.#around;
    const names = this.#names();
    const patience = new Patience(limits, clock, (timeout) => {
      const found = names.find(encoded);
      const before =
        found === undefined ? '' : `; process ${found.entry.pid} had, and has ended since`;
      const text = `nobody has published '${service}' within ${timeout} ms${before}; start the job that does, as this user on this host`;
      return new MpiError('ERR_TIMEOUT', text);
    });
    return await this.waits.during(request, `ports.lookUp of '${service}'`, async () => {
      for (;;) {
        const found = names.find(encoded);
        if (found?.lives) {
          patience.stop();
          const { port } = found.entry;
          this.#services.set(port, service);
          return port;
        }
        let stop: (() => void) | undefined;
        const later = new Promise<void>((resolve) => {
          stop = clock.after(LOOK_MS, resolve);
        });
        await patience.wait(later).finally(stop);
      }
    });
  }

  async accept(options: MeetingOptions): Promise<Meeting> {
    return await this.meetings.accept(this.#own(options.port), options);
  }

  async connect(options: MeetingOptions): Promise<Meeting> {
    const place = parsePort(options.port);
    if (place === undefined) throw noPort(options.port);
    return await this.meetings.connect(place, options);
  }

  /** This process finalizes: let nobody come any more. */
  shut(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
    this.#withdraw();
  }

  #own(name: string): OpenPort {
    const port = this.#ports.get(name);
    if (port !== undefined) return port;
    if (parsePort(name) === undefined) throw noPort(name);
    const text = `port ${name} is not open in this process; only the one that has opened it can accept there and close it`;
    throw new MpiError('ERR_PORT', text);
  }

  #names(): Registry {
    this.#registry ??= new Registry(openPortsFolder());
    return this.#registry;
  }

  #titleOf(port: string): string {
    const service = this.#services.get(port);
    return service === undefined ? `port ${port}` : `port '${service}' (${port})`;
  }

  #withdraw(): void {
    for (const name of this.#published) this.#names().unpublish(name, this.#owner);
    this.#published.clear();
  }

  /** However this process ends, unless it is killed, its files go with it. */
  #cleanAtExit(): void {
    if (this.#watching) return;
    this.#watching = true;
    process.on('exit', () => {
      for (const port of this.#ports.values()) port.removeFile();
      this.#withdraw();
    });
  }
}

function noPort(port: string): MpiError {
  const text = `'${port}' is no port: ports.open() gives one, such as tsmpi:unix:/run/user/1000/tsmpi/….sock, and ports.lookUp(name) finds one that was published`;
  return new MpiError('ERR_PORT', text);
}
