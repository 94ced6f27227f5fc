import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Replacement } from './job-state.ts';

/**
 * In place of actions/cache: a run writes in the scope of its own ref, and reads there, in the base branch of its pull request
 * and in main. Of the keys with the given beginning, the newest counts.
 */
export function cacheIn(store: string): Record<string, Replacement> {
  const scope = (ref: unknown) => join(store, String(ref).replaceAll('/', '+'));
  return {
    'actions/cache/restore': async ({ inputs, github }): Promise<Record<string, string>> => {
      const { path = '', 'restore-keys': prefix = '' } = inputs;
      for (const ref of [github.ref, `refs/heads/${github.base_ref}`, 'refs/heads/main']) {
        const folder = scope(ref);
        const keys = (existsSync(folder) ? readdirSync(folder) : []).filter((key) => key.startsWith(prefix));
        const [newest] = keys.sort((a, b) => statSync(join(folder, b)).mtimeMs - statSync(join(folder, a)).mtimeMs);
        if (newest === undefined) continue;
        cpSync(join(folder, newest), path, { recursive: true });
        return { 'cache-matched-key': newest };
      }
      return {};
    },
    'actions/cache/save': async ({ inputs: { path = '', key = '' }, github }) => {
      if (!existsSync(path)) return {};
      mkdirSync(scope(github.ref), { recursive: true });
      cpSync(path, join(scope(github.ref), key), { recursive: true });
      return {};
    },
  };
}
