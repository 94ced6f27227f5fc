import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Finding } from '../../../src/plan/doctor/report.ts';

const run = promisify(execFile);

/** A folder with programs that stand in for `gh` and `gcloud`, for PATH. */
export function standIns(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['gh', 'gcloud']) {
    const program = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Runs the command that a finding prints, in a folder, by a shell. @param programs folders in front of PATH */
export async function carryOut(
  { fix, message }: Finding,
  cwd: string,
  programs: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  if (fix === null) throw new Error(`no command fixes: ${message}`);
  const path = [...programs, process.env.PATH].join(delimiter);
  await run('sh', ['-ec', fix], { cwd, env: { HOME: cwd, ...env, PATH: path } });
}
