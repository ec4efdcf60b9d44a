#!/usr/bin/env node
import process from 'node:process';
import { main } from '../launch/cli.ts';

process.exit(await main(process.argv.slice(2), process));
