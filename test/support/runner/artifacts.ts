import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { UsedStep } from './job-state.ts';

/** In place of actions/upload-artifact: keeps a file, or what a folder contains, by run and name. */
export function uploadTo(store: string) {
  return async ({ inputs: { path = '', name = '' }, github }: UsedStep): Promise<Record<string, string>> => {
    const folder = join(store, String(github.run_id), name);
    mkdirSync(folder, { recursive: true });
    const isFolder = statSync(path).isDirectory();
    cpSync(path, isFolder ? folder : join(folder, basename(path)), { recursive: true });
    return {};
  };
}

/** In place of actions/download-artifact: for that of another run, the token needs actions: read. */
export function downloadFrom(store: string) {
  return async ({ inputs, granted }: UsedStep): Promise<Record<string, string>> => {
    const { path = '', name = '', 'run-id': run = '', 'github-token': token } = inputs;
    if (granted.actions === undefined || !token) throw new Error('artifacts of other runs need actions: read');
    const folder = join(store, run, name);
    if (!existsSync(folder)) throw new Error(`run ${run} has no artifact ${name}`);
    cpSync(folder, path, { recursive: true });
    return {};
  };
}
