/**
 * Join the compiled modules into the few files that are shipped.
 *
 * Node takes 0.3 to 0.5 ms to load a module. Every rank loads the runtime, so fifty files would cost
 * each of them 20 ms at every start.
 */
import { type BuildOptions, build } from 'esbuild';

const common: BuildOptions = {
  outbase: 'build/src',
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

function entries(names: readonly string[]): string[] {
  return names.map((name) => `build/src/${name}.js`);
}

await build({
  ...common,
  entryPoints: entries(['bin/tsrun', 'bin/rank', 'index', 'testing']),
  // The entry points share what they have in common: there is one world, whoever imports it.
  splitting: true,
  external: ['esbuild', 'zeromq'],
  // Commander is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});

// The rank programs of the benchmarks are programs as any user's: tsrun compiles them, and says what
// `tsmpi` is.
await build({
  ...common,
  entryPoints: entries(
    ['messages-rank', 'launch-rank', 'memory-rank', 'idle-rank'].map((name) => `bench/${name}`),
  ),
  external: ['tsmpi'],
});
