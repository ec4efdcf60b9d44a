import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** Make a folder that only this user can enter, and remove it with the test. */
export function tempFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
