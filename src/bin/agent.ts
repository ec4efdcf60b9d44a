/** What tsrun runs on each host of a job with several: its code is sent there, and is no file. */
import process from 'node:process';
import { runAgent } from '../launch/agent/agent.ts';

runAgent(process);
