/**
 * Join the compiled modules into the few files that are shipped.
 *
 * Node takes 0.3 to 0.5 ms to load a module, and twice that to make a module of its own one to import.
 * Every rank loads the runtime, so all of it is one CommonJS file, for which V8's code can be kept
 * (`src/cache/`).
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { NEEDED_NODE } from '../src/base/node-version.ts';

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['esbuild', 'koffi', 'zeromq'],
  logLevel: 'warning',
};

/**
 * Let modules take what they need of Node's by `require`.
 *
 * For what they import esbuild has a script read every property of each, once for every module that imports it, and
 * define another that asks for it: some of Node's properties load more of Node when they are read.
 */
const REQUIRE_FROM_NODE: Plugin = {
  name: 'require-from-node',
  setup({ onLoad }) {
    onLoad({ filter: /\/build\/src\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import (?:(\w+)|\{([^}]*)\}) from '(node:[\w/]+)';$/gm,
        (_, all: string | undefined, names: string | undefined, from: string) =>
          `const ${all ?? `{${names?.replaceAll(' as ', ': ')}}`} = require('${from}');`,
      ),
    }));
  },
};

/**
 * What a process holds in memory as long as it lives: the text, one byte a character if all are ASCII, which esbuild
 * writes but in comments.
 */
const AS_COMMONJS: BuildOptions = {
  ...COMMON,
  format: 'cjs',
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  plugins: [REQUIRE_FROM_NODE],
};

/** Where V8's code is kept, Node has no say in how a script is run, so it can only require. */
const AS_SCRIPT: BuildOptions = {
  supported: { 'dynamic-import': false },
  ...AS_COMMONJS,
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** The launcher, and what it loads only when it is needed. */
await build({
  ...COMMON,
  entryPoints: ['build/src/bin/tsrun.js'],
  outdir: 'dist/bin',
  splitting: true,
  format: 'esm',
  // Commander is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});

// Here `require` of a module runs it when that is first called: a rank whose program never imports
// `tsmpi` is no member of the world. There is one world, whoever asks for it.
await build({
  ...AS_SCRIPT,
  stdin: {
    contents: `
      export { runProgram } from './rank/program.js';
      export const index = () => require('./index.js');
      export const native = () => require('./native.js');
      export const pool = () => require('./pool.js');
      export const testing = () => require('./testing.js');
    `,
    resolveDir: 'build/src',
  },
  outfile: 'dist/runtime.cjs',
});

// The launcher of a program that plain Node runs: whoever makes a pool waits for it.
await build({
  ...AS_SCRIPT,
  entryPoints: ['build/src/launch/adopt/adopt.js'],
  outfile: 'dist/launcher.cjs',
});

/** A Node that is too old has no `getBuiltinModule`, and says no more than that. */
const REQUIRE = `if (process.getBuiltinModule === undefined) {
  throw new Error(\`tsmpi needs ${NEEDED_NODE}; this is \${process.versions.node}\`);
}
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);`;

await mkdir('dist/portable');
for (const name of ['index', 'native', 'pool', 'testing']) {
  const exports = await exportsOf(`build/src/${name}.js`);
  await writeFile(
    `dist/${name}.js`,
    `${REQUIRE}
const loaded = require.cache[require.resolve('./runtime.cjs')];
export const { ${exports.join(', ')} } = (loaded?.exports ?? require('./bin/load.cjs').runtime).${name}();
`,
  );
  // What stands for it in a program that was sent to another host: the rank says where tsmpi is.
  await writeFile(
    `dist/portable/${name}.js`,
    `${REQUIRE}
const runtime = process.env.TSMPI_RUNTIME;
if (runtime === undefined) throw new Error('this was compiled for the ranks of tsrun, and is run by none');
export const { ${exports.join(', ')} } = require(runtime).${name}();
`,
  );
}

await build({
  ...COMMON,
  entryPoints: ['build/src/bin/worker.js'],
  outfile: 'dist/bin/worker.js',
  format: 'esm',
});

for (const name of ['rank', 'load', 'adopt']) {
  await build({
    ...AS_COMMONJS,
    entryPoints: [`build/src/bin/${name}.js`],
    outfile: `dist/bin/${name}.cjs`,
  });
}

// What runs on other hosts: its text is sent there, so it is one file, and it knows no place where it lies.
await build({
  ...AS_COMMONJS,
  entryPoints: ['build/src/bin/agent.js'],
  outfile: 'dist/bin/agent.cjs',
  define: { 'import.meta.url': '"file:///tsmpi-agent.cjs"' },
});

// The rank programs of the benchmarks are programs as any user's: tsrun compiles them, and says what
// `tsmpi` is. So they share nothing with the library.
await build({
  ...COMMON,
  entryPoints: [
    'messages',
    'collectives',
    'store',
    'pool',
    'launch',
    'spawn',
    'memory',
    'idle',
  ].map((name) => `build/src/bench/${name}-rank.js`),
  outdir: 'dist/bench',
  format: 'esm',
  external: ['tsmpi'],
});

async function exportsOf(module: string): Promise<string[]> {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [module],
    outfile: 'exports.js',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const exports = Object.values(metafile.outputs).flatMap((output) => output.exports);
  if (exports.length === 0) throw new Error(`${module} exports nothing`);
  return exports;
}
