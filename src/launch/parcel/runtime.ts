import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UsageError } from '../options/usage-error.ts';
import { type Content, type Parcel, parcelOf } from './parcel.ts';

/** The kind of machine that a host is. */
export interface HostKind {
  readonly platform: string;
  readonly arch: string;
  /** Only where there is more than one. */
  readonly libc: 'glibc' | 'musl' | undefined;
}

/** One addon of zeromq, as its manifest lists it: the key says in JSON what it is for. */
interface Addon {
  readonly os: string;
  readonly arch: string;
  readonly libc: string;
  readonly abi: number;
}

/** Of the runtime, what ranks load. */
const LIBRARY = ['package.json', 'dist/runtime.cjs', 'dist/bin/rank.cjs'];

/**
 * The parcel that makes a host one where tsmpi is installed: the runtime, and of its packages the code
 * that ranks run, with the addons for that kind of machine.
 *
 * It has the layout of the package.
 *
 * @param root  the folder of the package
 * @param cacheFolder  the launcher's cache folder, if not the usual one
 * @throws UsageError if there is no addon for such a machine
 */
export function runtimeParcel(kind: HostKind, root: string, cacheFolder?: string): Parcel {
  const library = LIBRARY.map((name) => ({ name, file: join(root, name) }));
  const contents = [...library, ...zeromq(kind, root), ...koffi(kind, root)];
  return parcelOf('runtime', contents, { level: 6, keep: true, cacheFolder });
}

function zeromq(kind: HostKind, root: string): Content[] {
  const folder = packageFolder('zeromq', join(root, 'package.json'));
  const loader = packageFolder('cmake-ts', join(folder, 'package.json'));
  const addon = zeromqAddon(kind, folder);
  const name = `node_modules/zeromq/build/${addon.file}`;
  return [
    ...files(folder, 'zeromq', ['package.json']),
    ...files(join(folder, 'lib'), 'zeromq/lib', scriptsIn(join(folder, 'lib'))),
    { name, file: join(folder, 'build', addon.file) },
    { name: 'node_modules/zeromq/build/manifest.json', data: Buffer.from(addon.manifest) },
    ...files(loader, 'cmake-ts', ['package.json', 'build/loader.js']),
  ];
}

/** The addon that fits, and a manifest that lists only this one. */
function zeromqAddon(
  { platform, arch, libc }: HostKind,
  folder: string,
): { readonly file: string; readonly manifest: string } {
  const manifest = JSON.parse(readFileSync(join(folder, 'build/manifest.json'), 'utf8')) as Record<
    string,
    string
  >;
  const [best] = Object.entries(manifest)
    .map(([key, file]) => ({ addon: JSON.parse(key) as Addon, file }))
    .filter(({ addon }) => addon.os === platform && addon.arch === arch)
    .filter(({ addon }) => libc === undefined || addon.libc === libc)
    // The newest is built for the oldest systems.
    .sort((a, b) => b.addon.abi - a.addon.abi);
  if (best === undefined) {
    const machine = [platform, arch, libc].filter((part) => part !== undefined).join(' ');
    throw new UsageError(`tsmpi cannot run on ${machine}: the package zeromq has no addon for it`);
  }
  // Its loader takes for musl only what has a certain file, and here is nothing to choose from.
  const { addon, file } = best;
  const libcs = libc === undefined ? [addon.libc] : ['glibc', 'musl'];
  const keys = libcs.map((name) => JSON.stringify({ ...addon, libc: name }));
  return { file, manifest: JSON.stringify(Object.fromEntries(keys.map((key) => [key, file]))) };
}

/** Without it, which shares memory, ranks of one host talk over ZeroMQ. So it may be missing here. */
function koffi({ platform, arch, libc }: HostKind, root: string): Content[] {
  const folder = packageFolder('koffi', join(root, 'package.json'));
  const name = `@koromix/koffi-${platform}-${arch}`;
  const addonFolder = tryPackageFolder(name, join(folder, 'package.json'));
  if (platform !== 'linux' || addonFolder === undefined) return [];
  const addon = readdirSync(addonFolder).find((entry) =>
    entry.startsWith(libc === 'musl' ? 'musl_' : `${platform}_`),
  );
  if (addon === undefined) return [];
  return [
    ...files(folder, 'koffi', [
      'package.json',
      'index.cjs',
      'src/koffi/index.cjs',
      'src/koffi/src/static.cjs',
    ]),
    ...files(addonFolder, name, ['package.json', 'index.js', `${addon}/koffi.node`]),
  ];
}

function files(folder: string, name: string, paths: readonly string[]): Content[] {
  return paths.map((path) => ({ name: `node_modules/${name}/${path}`, file: join(folder, path) }));
}

/** The names of the JavaScript in a folder, and below. */
function scriptsIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    name.endsWith('.js'),
  );
}

function packageFolder(name: string, from: string): string {
  const folder = tryPackageFolder(name, from);
  if (folder === undefined) throw new UsageError(`the package ${name} is not installed`);
  return folder;
}

/** Find a package as Node does, though it may not let its package.json be asked for. */
function tryPackageFolder(name: string, from: string): string | undefined {
  const folders = createRequire(realpathSync(from)).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  return found === undefined ? undefined : realpathSync(found);
}
