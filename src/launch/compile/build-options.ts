import type { BuildOptions } from 'esbuild';

/** What every run of esbuild here has in common. */
export const BUILD_OPTIONS: BuildOptions & { readonly write: false } = {
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  logLevel: 'silent',
  legalComments: 'none',
  outdir: '~tsmpi',
  // The user's modules stay whole: what looks unused may still be looked up by name.
  treeShaking: false,
  ignoreAnnotations: true,
  // As Node resolves packages, and not as bundlers do: 'module' is neither a field nor a condition.
  mainFields: ['main'],
  conditions: ['node-addons', ...('require_module' in process.features ? ['module-sync'] : [])],
};
