/** As much of the package `redis` as examples/redis-sync.ts uses, for those who have not installed it. */
declare module 'redis' {
  interface Client {
    connect(): Promise<unknown>;
    close(): Promise<void>;
    incr(key: string): Promise<number>;
    get(key: string): Promise<string | null>;
    set(
      key: string,
      value: string,
      options?: { readonly NX?: boolean; readonly PX?: number },
    ): Promise<string | null>;
    eval(
      script: string,
      options: { readonly keys: readonly string[]; readonly arguments: readonly string[] },
    ): Promise<unknown>;
    rPush(key: string, values: readonly string[]): Promise<number>;
    blPop(key: string, timeout: number): Promise<unknown>;
  }
  export function createClient(options: { readonly socket: { readonly path: string } }): Client;
}
