/** Node processes that have nothing to do, for their memory. They live until their input ends. */

import { spawn } from 'node:child_process';
import { readOptions } from './options.ts';

for (let rank = 0; rank < readOptions().ranks; rank += 1) {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  console.log(JSON.stringify({ test: 'waiting', rank, pid: child.pid }));
  process.stdin.on('end', () => child.stdin.end());
}
process.stdin.resume();
