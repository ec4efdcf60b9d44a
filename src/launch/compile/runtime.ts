/** What a program can import of tsmpi, and the name of the module that it is. */
export const ENTRIES = {
  tsmpi: 'index',
  'tsmpi/native': 'native',
  'tsmpi/pool': 'pool',
  'tsmpi/testing': 'testing',
} as const;

/** Absolute file URLs, or what stands for them, that these resolve to. */
export type Runtime = { readonly [Name in (typeof ENTRIES)[keyof typeof ENTRIES]]: string };

/** Make a runtime of what a function knows of each module. */
export function runtimeOf(known: (name: keyof Runtime) => string): Runtime {
  return Object.fromEntries(
    Object.values(ENTRIES).map((name) => [name, known(name)]),
  ) as unknown as Runtime;
}

/** Tell whether a program can import this of tsmpi. */
export function isEntry(specifier: string): specifier is keyof typeof ENTRIES {
  return Object.hasOwn(ENTRIES, specifier);
}
