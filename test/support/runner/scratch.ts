import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

export function removeScratchFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

// Vitest ends its workers without `exit`; there, the end of a test file is the time (clean-up.ts).
if (!process.env.VITEST) process.on('exit', removeScratchFolders);

/** The folder goes when the test file, or this process, ends. */
export function willRemove(folder: string): void {
  made.push(folder);
}

/** A new folder for one job or one test; it goes when the test file, or this process, ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-job-'));
  willRemove(folder);
  return folder;
}
