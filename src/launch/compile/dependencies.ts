import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Fact, hash, observe, type Question } from './facts.ts';

/** Gathers what a compilation depends on while it goes along; every question is asked once. */
export class Dependencies {
  readonly #facts = new Map<string, Fact>();

  get facts(): readonly Fact[] {
    return [...this.#facts.values()];
  }

  /** Note the answer to a question as it is now, and return it. */
  note(question: Question, path: string): string {
    const key = `${question} ${path}`;
    const known = this.#facts.get(key);
    if (known !== undefined) return known[2];
    const answer = observe(question, path);
    this.#facts.set(key, [question, path, answer]);
    return answer;
  }

  /** Read a file that is compiled. What is noted is the very content that is returned. */
  read(path: string): string {
    const bytes = readFileSync(path);
    this.#facts.set(`content ${path}`, ['content', path, hash(bytes)]);
    this.note('names', dirname(path));
    this.#noteConfiguration(dirname(path));
    return bytes.toString('utf8');
  }

  /**
   * Note where a package is found from a folder: the nearest `node_modules` that has it, and that the
   * nearer ones have not.
   */
  notePackage(folder: string, specifier: string): void {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
    if (name === undefined) return;
    for (const ancestor of ancestors(folder)) {
      if (this.note('real', join(ancestor, 'node_modules', name)) !== '') return;
    }
  }

  /** Note a package's file that ranks will load: that it exists, and what its package.json says. */
  noteExternal(file: string): void {
    this.note('real', file);
    for (const folder of ancestors(dirname(file))) {
      this.note('content', join(folder, 'package.json'));
      if (/\/node_modules\/(?:@[^/]+\/)?[^/]+$/.test(folder)) return;
      if (!folder.includes('/node_modules/')) return;
    }
  }

  /** The module kind that the nearest package.json gives its `.js` and `.ts` files. */
  packageType(folder: string): 'module' | 'commonjs' | undefined {
    for (const ancestor of ancestors(folder)) {
      const file = join(ancestor, 'package.json');
      if (this.note('content', file) === '') continue;
      try {
        const { type } = JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown };
        return type === 'module' || type === 'commonjs' ? type : undefined;
      } catch {
        return undefined;
      }
    }
    return undefined;
  }

  #noteConfiguration(folder: string): void {
    for (const name of ['package.json', 'tsconfig.json']) {
      for (const ancestor of ancestors(folder)) {
        const file = join(ancestor, name);
        if (this.note('content', file) === '') continue;
        if (name === 'tsconfig.json') this.#noteExtended(file, new Set());
        break;
      }
    }
  }

  /** Note the configurations that a tsconfig.json extends, and those that they extend. */
  #noteExtended(file: string, seen: Set<string>): void {
    if (seen.has(file) || this.note('content', file) === '') return;
    seen.add(file);
    for (const specifier of extendsOf(readFileSync(file, 'utf8'))) {
      for (const candidate of configurationsNamed(specifier, file)) {
        this.#noteExtended(candidate, seen);
      }
    }
  }
}

/** The folder itself and all above it, innermost first. */
function* ancestors(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (at === dirname(at)) return;
  }
}

// Found by pattern, since the file may hold comments: one match too many is only one fact too many.
function extendsOf(text: string): string[] {
  const found: string[] = [];
  for (const [, value = ''] of text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)) {
    found.push(...[...value.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name));
  }
  return found;
}

function configurationsNamed(specifier: string, from: string): string[] {
  if (/^\.{0,2}\//.test(specifier)) {
    const path = resolve(dirname(from), specifier);
    return [path, `${path}.json`];
  }
  const require = createRequire(from);
  return [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`].flatMap((name) => {
    try {
      return [require.resolve(name)];
    } catch {
      return [];
    }
  });
}
