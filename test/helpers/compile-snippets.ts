import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExports } from './documents.ts';
import { ROOT } from './run-example.ts';

/** What can be imported, and where it is exported. */
const ENTRIES = { tsmpi: 'index', 'tsmpi/native': 'native', 'tsmpi/testing': 'testing' };

/**
 * Make a module of code from the documentation. What it takes of tsmpi and does not import is imported for it.
 *
 * @param known  declarations of what else it uses
 */
export function moduleOf(code: string, known: string = ''): string {
  const imports: string[] = [];
  const there = new Set(
    [...code.matchAll(/import \{([^}]*)\}/g)].flatMap(([, list]) => names(list)),
  );
  for (const [, name = ''] of `${known}\n${code}`.matchAll(
    /^(?:export |declare )*(?:const|let|function|class) (\w+)/gm,
  )) {
    there.add(name);
  }
  for (const [entry, module] of Object.entries(ENTRIES)) {
    const { values, types } = readExports(`src/${module}.ts`);
    const free = [...values, ...types].filter(
      (name) => !there.has(name) && uses(code + known, name),
    );
    for (const name of free) there.add(name);
    const typed = free.map((name) => (types.includes(name) ? `type ${name}` : name));
    if (free.length > 0) imports.push(`import { ${typed.join(', ')} } from '${entry}';`);
  }
  return `${imports.join('\n')}\n${known};\n${code}\nexport {};\n`;
}

function names(list: string = ''): string[] {
  return list.split(',').map((name) => name.trim().replace(/^type /, ''));
}

function uses(code: string, name: string): boolean {
  return new RegExp(`(?<![.\\w'"])${name}(?![\\w'"])`).test(code);
}

/** Compile the modules in a folder against the library as it was built. @returns what the compiler says */
export function compile(folder: string): Promise<string> {
  const paths = ['index', 'native', 'pool', 'testing'].map((module) => [
    module === 'index' ? 'tsmpi' : `tsmpi/${module}`,
    [`${ROOT}build/src/${module}.d.ts`],
  ]);
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const { strict, target, lib, module, skipLibCheck, exactOptionalPropertyTypes } = compilerOptions;
  const options = {
    ...{ strict, target, lib, module, skipLibCheck, exactOptionalPropertyTypes },
    noEmit: true,
    paths: Object.fromEntries(paths),
    typeRoots: [`${ROOT}node_modules/@types`],
    types: ['node'],
  };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  return new Promise((resolve) => {
    const tsc = [`${ROOT}node_modules/typescript/bin/tsc`, '-p', folder];
    execFile(process.execPath, tsc, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
