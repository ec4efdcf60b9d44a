import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type ErrorCode, MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { keyFault } from '../comm/meet.ts';
import type { Limits } from '../match/limits.ts';
import { type Caller, checkLimits, checkObject, NO_OPTIONS } from '../pt2pt/check.ts';
import { Request } from '../request/request.ts';
import type { JoinedPorts } from './joined-ports.ts';
import { encodeName } from './service-name.ts';

/** Where a port is opened. */
export interface PortOptions {
  /**
   * Lets jobs of other hosts, and of other users, come that hold the same key: at least 16 characters, best of a random kind. Left out: only
   * jobs of this user on this host find the port.
   */
  readonly key?: string | undefined;
  /** With a key: the IP address of this host at which others come; left out: the first that leads out of it. */
  readonly address?: string | undefined;
}

/**
 * Places where separately started jobs find each other: one opens a port and accepts there, the other goes to it.
 *
 * A port is a string that may be passed on in any way. On one host it need not be: it is published under a name, and looked up.
 *
 * @see MPI-4.1 §11.9
 */
export class Ports {
  readonly #joined: JoinedPorts;
  readonly #caller: Caller;

  /** There is one, `ports`. */
  constructor(joined: JoinedPorts, caller: Caller) {
    this.#joined = joined;
    this.#caller = caller;
  }

  /**
   * Open a port. It is closed by `close`, by `finalize`, and with the process.
   *
   * @returns what the other job gives to `connect`
   * @throws MpiError `ERR_ARG` for a key that is too short or an address that is none, `ERR_PORT` if it cannot be opened there
   * @see MPI-4.1 §11.9.1 MPI_Open_port
   */
  open(options: PortOptions = NO_OPTIONS): Request<string> {
    return this.#request('open', async () => {
      const place = this.#placeOf(options);
      return await (await this.#joined.desk()).open(place);
    });
  }

  /**
   * Accept nobody at a port any more. Those who wait there are turned away; who was accepted stays.
   *
   * @throws MpiError `ERR_PORT` if this process has no such port open
   * @see MPI-4.1 §11.9.1 MPI_Close_port
   */
  close(port: string): Request<void> {
    return this.#request('close', async () => {
      this.#checkPort('close', port);
      (await this.#joined.desk()).close(port);
    });
  }

  /**
   * Publish a port under a name, for all processes of this user on this host, until `unpublish`, `finalize` or the end of this process. The
   * name of one that has ended is taken over.
   *
   * @param service  any name but the empty one, of up to about 60 characters
   * @throws MpiError `ERR_NAME` if a process that lives has published that name, `ERR_PORT` for what is no port
   * @see MPI-4.1 §11.9.4 MPI_Publish_name
   */
  publish(service: string, port: string): Request<void> {
    return this.#request('publish', async () => {
      const encoded = this.#encode('publish', service);
      this.#checkPort('publish', port);
      (await this.#joined.desk()).publish(service, encoded, port);
    });
  }

  /**
   * Take back a name that this process has published.
   *
   * @throws MpiError `ERR_NAME` if it has not
   * @see MPI-4.1 §11.9.4 MPI_Unpublish_name
   */
  unpublish(service: string): Request<void> {
    return this.#request('unpublish', async () => {
      const encoded = this.#encode('unpublish', service);
      (await this.#joined.desk()).unpublish(service, encoded);
    });
  }

  /**
   * Look up the port that is published under a name: waits until there is one.
   *
   * @throws MpiError `ERR_TIMEOUT` if nobody has published it in time
   * @see MPI-4.1 §11.9.4 MPI_Lookup_name
   */
  lookUp(service: string, options: Limits = NO_OPTIONS): Request<string> {
    return this.#request('lookUp', async (request) => {
      const encoded = this.#encode('lookUp', service);
      checkObject(this.#caller, 'ports.lookUp', options, '{ timeout: 5000 }');
      checkLimits(this.#caller, 'ports.lookUp', options);
      return await (await this.#joined.desk()).lookUp(service, encoded, options, request);
    });
  }

  #placeOf(options: PortOptions): { readonly address: string; readonly key: string } | undefined {
    checkObject(this.#caller, 'ports.open', options, "{ key: '…' }");
    const { key, address } = options;
    if (key === undefined) {
      if (address === undefined) return undefined;
      const text = 'an address needs a key: without one the port is for this user on this host';
      throw this.#wrong('open', 'ERR_ARG', text);
    }
    const fault = keyFault(key);
    if (fault !== undefined) throw this.#wrong('open', 'ERR_ARG', fault);
    if (address === undefined) return { key, address: outerAddress() };
    const isAny = address === '0.0.0.0' || address === '::';
    if (typeof address === 'string' && isIP(address) !== 0 && !isAny) return { key, address };
    const text = `address must be one IP address of this host, such as ${outerAddress()}, not ${show(address)}`;
    throw this.#wrong('open', 'ERR_ARG', text);
  }

  #checkPort(call: string, port: unknown): void {
    if (typeof port === 'string') return;
    const text = `the port must be a string that ports.open() gave, not ${show(port)}`;
    throw this.#wrong(call, 'ERR_ARG', text);
  }

  #encode(call: string, service: unknown): string {
    const encoded = typeof service === 'string' ? encodeName(service) : undefined;
    if (encoded !== undefined) return encoded;
    const text = `the name of a service must be a string of up to about 60 characters, not ${show(service)}`;
    throw this.#wrong(call, 'ERR_NAME', text);
  }

  #request<T>(call: string, work: (request: Request<T>) => Promise<T>): Request<T> {
    const request = new Request<T>();
    const start = async (): Promise<T> => {
      if (this.#joined.isShut) throw this.#wrong(call, 'ERR_FINALIZED', 'called after finalize()');
      return await work(request);
    };
    void start().then(
      (value) => Request.complete(request, value),
      (error: unknown) => Request.fail(request, () => this.#explain(call, error)),
    );
    return request;
  }

  /** Put who and what before the message, where that is not there yet. */
  #explain(call: string, error: unknown): unknown {
    if (!(error instanceof MpiError)) return error;
    const { code, message, cause } = error;
    const { who, ownWorldRank: rank } = this.#caller;
    if (!message.startsWith(`${who}: `)) return this.#wrong(call, code, message, cause);
    return new MpiError(code, message, { rank, cause });
  }

  #wrong(call: string, code: ErrorCode, text: string, cause?: unknown): MpiError {
    const { who, ownWorldRank: rank } = this.#caller;
    return new MpiError(code, `${who}: ports.${call}: ${text}`, { rank, cause });
  }
}

/** The first address that leads out of this host; that of the host itself if none does. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
