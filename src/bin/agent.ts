/** What tsrun runs on each host of a job with several: its code is sent there, and is no file. */
import process from 'node:process';
import { runAgent } from '../launch/agent/agent.ts';

/** Where the few lines that took in this code leave what they have read besides. */
const REST = Symbol.for('tsmpi.agent');

const { rest } = (globalThis as { [REST]?: { rest: Buffer } })[REST] ?? { rest: Buffer.alloc(0) };
runAgent(process, rest);
