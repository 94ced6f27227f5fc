import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../../../../local/paths.ts';
import { published, replace } from '../published.ts';
import { OPERATIONS } from './operations.ts';
import { type Description, slice } from './slice.ts';

/** GitHub's own OpenAPI description. */
const OPENAPI = { package: '@octokit/openapi', version: '23.0.2', file: 'package/generated/api.github.com.json' };

/**
 * GitHub's description of its REST API, cut to the operations that the double serves. Downloaded once; the cut is kept in
 * the cache folder under a key of the version and of what was cut.
 */
export async function loadDescription(log: (line: string) => void = () => {}): Promise<Description> {
  const key = createHash('sha256').update(OPERATIONS.join()).digest('hex').slice(0, 8);
  const path = join(cacheDir, `github-openapi-${OPENAPI.version}-${key}.json`);
  if (!existsSync(path)) {
    const whole = await published(OPENAPI, `github-openapi-${OPENAPI.version}.json`, log);
    const cut = slice(JSON.parse(await readFile(whole, 'utf8')) as Description, OPERATIONS);
    await replace(path, JSON.stringify(cut));
  }
  return JSON.parse(await readFile(path, 'utf8')) as Description;
}
