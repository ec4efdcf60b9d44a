import { execFileSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { ROOT } from './places.ts';

/** What a host with files of its own sees of this machine's. */
export interface View {
  /** Folders that are empty there. */
  readonly hide: readonly string[];
  /** Files and folders below those that are there all the same. */
  readonly keep: readonly string[];
}

/** Folders of the system, where its own programs are. Whatever else there is may hold somebody's files. */
const SYSTEM = ['bin', 'boot', 'dev', 'etc', 'proc', 'run', 'sbin', 'sys', 'usr', 'var'];

/**
 * Decide what a private host sees: the system and Node, and neither this package, nor anybody's home or
 * temporary files.
 *
 * @param keep  what it sees besides
 */
export function privateView(keep: readonly string[]): View {
  const top = readdirSync('/', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SYSTEM.includes(entry.name))
    .filter(({ name }) => !/^lib\d*$/.test(name))
    .map(({ name }) => `/${name}`);
  const others = [ROOT, `${ROOT}node_modules`, homedir(), tmpdir(), '/var/tmp'].map(realPath);
  const hide = [...top];
  for (const folder of others.sort()) {
    if (folder !== '/' && !hide.some((above) => isBelow(folder, above))) hide.push(folder);
  }
  const wanted = [...keep.map(realPath), ...filesOfNode()];
  return { hide, keep: wanted.filter((path) => hide.some((folder) => isBelow(path, folder))) };
}

/** The executable of Node, and the libraries that it is linked with. */
function filesOfNode(): string[] {
  let libraries = '';
  try {
    libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    // It is linked with none.
  }
  const paths = [...libraries.matchAll(/(?:^|\s)(\/\S+)/g)].map(([, path = '']) => path);
  return [...new Set([process.execPath, ...paths])];
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function realPath(path: string): string {
  return realpathSync(path);
}
