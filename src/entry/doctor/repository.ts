import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { load } from 'js-yaml';
import { dockerfilesBelow } from '../../adapters/context/nearest-dockerfile.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { SlipwayError } from '../../errors.ts';
import type { Expected } from '../../plan/doctor/expected.ts';
import type { ConfigFacts } from '../../plan/doctor/repository/files.ts';
import type { WorkflowFile } from '../../plan/doctor/repository/workflow.ts';

/** slipway.yml, and what is wrong with it. */
export function readConfigFile(folder: string, file: string): { config: Config | undefined; facts: ConfigFacts } {
  const exists = existsSync(join(folder, file));
  try {
    return { config: loadConfig(folder, file), facts: { file, exists, error: undefined } };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { config: undefined, facts: { file, exists, error } };
  }
}

/** The workflows of the checkout. GitHub reports a file that is no YAML; it is left out. */
export function readWorkflows(root: string): WorkflowFile[] {
  const folder = join(root, '.github', 'workflows');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().flatMap((name) => {
    const content = parsed(textIn(folder, name) ?? '');
    return content === undefined ? [] : [{ path: `.github/workflows/${name}`, content }];
  });
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

/** The Dockerfiles that slipway.yml names and exist, and others near by; paths from the working directory. */
export function existingDockerfiles(folder: string, { images }: Pick<Expected, 'images'>): string[] {
  const named = Object.values(images).map(({ context, dockerfile }) => posix.join(context, dockerfile));
  return [...new Set([...named.filter((path) => existsSync(join(folder, path))), ...dockerfilesBelow(folder)])];
}

/** Content of a file; undefined if it does not exist. */
export function textIn(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
