/**
 * The command that makes an agent of any host: a shell script finds Node there, and Node runs the code
 * that comes through standard input.
 *
 * Nothing need be installed but Node, nothing is left behind, and nothing secret is on the command line.
 */

import { OLDEST_NODES } from '../../base/node-version.ts';
import { UsageError } from '../options/usage-error.ts';
import { FIND_NODE, NO_NODE_EXIT_CODE } from './find-node.ts';

/**
 * For any Node, however old: refuse or read the code, to the byte, so that the rest of standard input
 * is the agent's. The input may be set not to block by whoever has its other end; then it is asked again.
 */
const RUN_CODE = [
  'var version=process.versions.node.split("."),major=+version[0],minor=+version[1];',
  // As `isTooOld` has it, for any JavaScript.
  `var oldest=${JSON.stringify(OLDEST_NODES)},own=oldest.filter(function(one){return one[0]===major})[0];`,
  'var tooOld=own?minor<own[1]:oldest.some(function(one){return one[0]>major});',
  `if(tooOld)process.exit(${NO_NODE_EXIT_CODE});`,
  'var fs=require("fs"),Module=require("module");',
  'function read(bytes){',
  'var buffer=Buffer.alloc(bytes),at=0;',
  'while(at<bytes){',
  'try{var got=fs.readSync(0,buffer,at,bytes-at,null);if(got===0)process.exit(1);at+=got}',
  'catch(error){',
  'if(error.code==="EOF")process.exit(1);',
  'if(error.code==="EAGAIN")Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,2);else throw error',
  '}',
  '}',
  'return buffer.toString()',
  '}',
  'var digits="",digit;',
  'while((digit=read(1))>="0")digits+=digit;',
  'var agent=new Module("/tsmpi-agent.cjs");',
  'agent.filename=agent.id;',
  'agent._compile(read(+digits),agent.id)',
].join('');

/**
 * Name the command that an agent is started with.
 *
 * It ends with what the agent ends with. If there is no Node that will do, it prints one line, which
 * `readNoNode` understands, and ends with `NO_NODE_EXIT_CODE`.
 *
 * @param node  the only Node to try: a path on that host; undefined to search
 * @throws UsageError if this path cannot be quoted
 */
export function bootstrapCommand(node: string | undefined): string[] {
  if (node !== undefined && !canBeQuoted(node)) {
    throw new UsageError(
      `--node ${JSON.stringify(node)}: a path with a line break, a single quote, a backslash or an ` +
        'exclamation mark cannot be given to every shell; make a link to it under another name',
    );
  }
  return ['/bin/sh', '-c', FIND_NODE, 'tsmpi-agent', RUN_CODE, node ?? '', '"'];
}

/**
 * Write a command as one line that the login shell of any host reads back to exactly these words, be it
 * a POSIX shell, fish or a C shell.
 *
 * They agree on single quotes, as long as nothing stands in them that one of them looks for even there.
 */
export function quoteLine(command: readonly string[]): string {
  for (const word of command) {
    if (!canBeQuoted(word)) throw new Error(`tsmpi is at fault: cannot quote ${word}`);
  }
  return command.map((word) => `'${word}'`).join(' ');
}

function canBeQuoted(word: string): boolean {
  return !/['\\!\n\r\0]/.test(word);
}

/**
 * Write the agent's code as it is sent to that command: CommonJS, which may require Node's own modules.
 *
 * What follows it on standard input is left there for the agent.
 */
export function framedCode(code: string): Buffer {
  const bytes = Buffer.from(code);
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}
