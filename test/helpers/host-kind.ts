import type { HostKind } from '../../src/launch/parcel/runtime.ts';

const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
const libc = report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';

/** What this machine is. */
export const HERE: HostKind = {
  platform: process.platform,
  arch: process.arch,
  libc: process.platform === 'linux' ? libc : undefined,
};
