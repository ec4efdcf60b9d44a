import { execFile } from 'node:child_process';
import { MpiError } from '../base/error.ts';

/** A C compiler of this machine. */
export interface Compiler {
  /** The command, with what CC has behind its name. */
  readonly words: readonly [string, ...string[]];
  /** What it says of itself. */
  readonly version: string;
}

/** How a run of it ended. */
export interface Outcome {
  readonly isGood: boolean;
  /** What it printed. */
  readonly text: string;
}

/** Nobody reads more of a compiler's complaints. */
const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

const REMEDY =
  'install one: apt install build-essential (Debian, Ubuntu), dnf install gcc (Fedora, Rocky), ' +
  'apk add build-base (Alpine), xcode-select --install (macOS); or name one in the environment variable CC';

/**
 * Find the compiler: `cc`, or what the environment variable CC names.
 *
 * @param wanted  the value of CC
 * @throws MpiError `ERR_NATIVE` with the names of packages if there is none
 */
export async function findCompiler(wanted: string | undefined): Promise<Compiler> {
  const [command = 'cc', ...rest] = (wanted ?? '').split(/\s+/).filter((word) => word !== '');
  const words: [string, ...string[]] = [command, ...rest];
  try {
    const { isGood, text } = await run(words, ['--version'], process.cwd(), '');
    if (isGood) return { words, version: text };
    throw new MpiError('ERR_NATIVE', `native: ${words.join(' ')} --version fails:\n${text}`);
  } catch (error) {
    if (error instanceof MpiError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be started (${code})`;
    const whose =
      wanted === undefined ? 'C compiler, cc,' : `C compiler that CC names, ${command},`;
    throw new MpiError('ERR_NATIVE', `native: the ${whose} ${why}; ${REMEDY}`, { cause: error });
  }
}

/**
 * Run a compiler.
 *
 * @param input  what it reads
 * @throws the error of the system if it cannot be started
 */
export function run(
  [command, ...rest]: readonly [string, ...string[]],
  args: readonly string[],
  cwd: string,
  input: string,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { cwd, maxBuffer: MOST_OUTPUT_BYTES };
    const child = execFile(command, [...rest, ...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string') {
        reject(error);
        return;
      }
      const killed = error?.signal ? `it was ended by ${error.signal}\n` : '';
      resolve({ isGood: error === null, text: `${stderr}${stdout}${killed}` });
    });
    // It may end before it has read all, or not start.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
