import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OptionError } from './names.ts';
import type { BenchOptions } from './options.ts';
import { drawPage } from './page/page.ts';
import type { Report } from './report.ts';

type Files = Pick<BenchOptions, 'json' | 'html'>;

/** Refuse files that cannot be written, before minutes are spent on what belongs in them. */
export function checkWritable({ json, html }: Files): void {
  for (const [option, file] of [
    ['--json', json],
    ['--html', html],
  ] as const) {
    if (file === undefined) continue;
    const fault = faultOf(resolve(file));
    if (fault !== undefined) throw new OptionError(`${option} '${file}': ${fault}`);
  }
}

function faultOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) return 'this is a folder; give the name of a file';
    accessSync(found === undefined ? dirname(file) : file, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    return missing ? 'there is no such folder' : `this cannot be written (${code})`;
  }
}

/** Write the report to the files that were asked for. */
export function writeResults({ json, html }: Files, report: Report): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (html !== undefined) writeFileSync(html, drawPage(report));
}
