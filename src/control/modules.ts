/** The file beside a compiled program that says what each module of the user was compiled to: names of files, by URL. */
export const MODULES_FILE = 'tsmpi-modules.json';

/** What is in it. */
export type CompiledModules = Readonly<Record<string, string>>;
