/**
 * Types that look like values: `export { Shape } from './shape.ts'`, where Shape is an interface.
 *
 * Compiled alone, a module cannot know that, and Node would refuse to link it. The analysis has shown
 * that every other name exists; so a name that an import asks for in vain is that of a type, and an
 * export without a value makes up for it.
 */

const STATEMENT = /^(?:import|export) (?:[\w$]+, )?\{([^}]*)\} from "\.\/(\d+~[^"\n]+\.mjs)";$/gm;
const STAR = /^export \* from "([^"\n]+)";$/gm;

/**
 * Write the exports that are missing.
 *
 * @param texts  the modules as esbuild printed them, by name
 * @param exported  the names that each exports itself
 * @returns text to append, by name of the module
 */
export function typeExports(
  texts: ReadonlyMap<string, string>,
  exported: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const missing = new Map<string, Set<string>>();
  for (const text of texts.values()) {
    for (const [, list = '', name = ''] of text.matchAll(STATEMENT)) {
      for (const imported of list.split(',').map((item) => item.trim().split(' ', 1)[0] ?? '')) {
        if (!/^[\w$]+$/.test(imported) || imported === 'default') continue;
        if (offers(name, imported, texts, exported, new Set())) continue;
        missing.set(name, (missing.get(name) ?? new Set()).add(imported));
      }
    }
  }
  return new Map(
    [...missing].map(([name, types]) => {
      const list = [...types].sort().map((type) => `tsmpi_type as ${type}`);
      return [name, `var tsmpi_type;\nexport { ${list.join(', ')} };\n`];
    }),
  );
}

function offers(
  name: string,
  imported: string,
  texts: ReadonlyMap<string, string>,
  exported: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const text = texts.get(name);
  // What a package or CommonJS exports is not known here, and taken to be all that is imported.
  if (!name.endsWith('.mjs') || text === undefined || exported.get(name)?.includes(imported))
    return true;
  return [...text.matchAll(STAR)].some(([, specifier = '']) =>
    offers(specifier.replace(/^\.\//, ''), imported, texts, exported, seen),
  );
}
