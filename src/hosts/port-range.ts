/** Ports of a host, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}
