import { type AnalysedImport, type Analysis, isRequire } from './analyse.ts';
import type { Need } from './outside.ts';

/**
 * List what a program loads and is not made of, as far as it says by name.
 *
 * @param besides  what it needs otherwise
 */
export function needsOf(analysis: Analysis, besides: readonly Need[] = []): Need[] {
  const isLoaded = (imported: AnalysedImport): boolean => {
    const { kind } = imported.target;
    return kind === 'external' || (kind === 'inline' && isRequire(analysis, imported));
  };
  const loaded = [...analysis.imports.values()].filter(isLoaded);
  const needs = [...loaded, ...analysis.resolved.values()].flatMap(
    ({ importer, path: specifier, target }): Need[] =>
      'path' in target ? [{ importer, specifier, file: target.path }] : [],
  );
  needs.push(...besides);
  return needs.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
