/**
 * Join the compiled modules into the few files that are shipped.
 *
 * Node takes 0.3 to 0.5 ms to load a module. Every rank loads the runtime, so fifty files would cost
 * each of them 20 ms at every start.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['bin/tsrun', 'bin/rank', 'index', 'testing'].map((name) => `build/src/${name}.js`),
  outbase: 'build/src',
  outdir: 'dist',
  bundle: true,
  // The entry points share what they have in common: there is one world, whoever imports it.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['esbuild', 'koffi', 'zeromq'],
  // Commander is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});

// The rank programs of the benchmarks are programs as any user's: tsrun compiles them, and says what
// `tsmpi` is. So they share nothing with the library.
await build({
  entryPoints: ['messages', 'launch', 'memory', 'idle'].map(
    (name) => `build/src/bench/${name}-rank.js`,
  ),
  outdir: 'dist/bench',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['tsmpi'],
  logLevel: 'warning',
});
