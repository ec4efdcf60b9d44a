import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PortableProgram, portableRuntime } from '../compile/compile.ts';
import { packageContents } from './packages.ts';
import { type Parcel, parcelOf } from './parcel.ts';

/**
 * The parcel with a compiled program and all that it loads by name. The file to import, `entry`, is at its top.
 *
 * @param cacheFolder  the launcher's cache folder, if not the usual one
 */
export function programParcel(program: PortableProgram, cacheFolder?: string): Parcel {
  const { name, folder, needs, runtime } = program;
  const modules = readdirSync(folder).map((file) => ({ name: file, file: join(folder, file) }));
  const contents = [...modules, ...packageContents(needs, portableRuntime(runtime))];
  return parcelOf(`program ${name}`, contents, { level: 1, keep: false, cacheFolder });
}
