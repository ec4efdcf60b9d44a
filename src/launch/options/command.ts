import { Command } from 'commander';

/**
 * Begin a command of commander's that throws what it has to say and ends no process.
 *
 * @param print  gets what `--help` and `--version` print
 */
export function newCommand(name: string, print: (text: string) => void): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: () => {},
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    })
    .configureHelp({ visibleArguments: () => [] });
}

/** Turn commander's message, which may have two lines, into one of ours. */
export function rephrase(message: string, name: string): string {
  const [what = '', hint = ''] = message.replace(/^error: /, '').split('\n(Did you mean ');
  const similar = hint
    .replace(/^one of /, '')
    .replace(/\?\)$/, '')
    .split(', ')[0];
  return similar ? `${what} (did you mean '${similar}'?)` : `${what}; see ${name} --help`;
}
