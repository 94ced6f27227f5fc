import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { load } from 'js-yaml';
import { dockerfilesBelow } from '../../adapters/context/nearest-dockerfile.ts';
import { loadConfig } from '../../config/load.ts';
import { regularText } from '../../config/regular-text.ts';
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

/** The workflows of the checkout. What is no file, no YAML or an alias bomb is left out; GitHub reports it. */
export function readWorkflows(root: string): WorkflowFile[] {
  const folder = join(root, '.github', 'workflows');
  const names = namesIn(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().flatMap((name) => {
    const text = textIn(folder, name);
    const content = text === undefined ? undefined : parsed(text);
    return content === undefined ? [] : [{ path: `.github/workflows/${name}`, content }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parsed(text: string): unknown {
  try {
    const value = load(text);
    return isSmall(value, { values: 50_000 }) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value stays small when its aliases unfold. */
function isSmall(value: unknown, left: { values: number }, depth = 0): boolean {
  if (left.values-- <= 0 || depth > 100) return false;
  return (
    typeof value !== 'object' || value === null || Object.values(value).every((one) => isSmall(one, left, depth + 1))
  );
}

/** The Dockerfiles that slipway.yml names and exist, and others near by; paths from the working directory. */
export function existingDockerfiles(folder: string, { images }: Pick<Expected, 'images'>): string[] {
  const named = Object.values(images).map(({ context, dockerfile }) => posix.join(context, dockerfile));
  return [...new Set([...named.filter((path) => existsSync(join(folder, path))), ...dockerfilesBelow(folder)])];
}

/** Bytes. A larger file is none of those that the doctor checks. */
const LARGEST = 1024 * 1024;

/** Content of a file; undefined if it does not exist, or is no file that could be read. */
export function textIn(folder: string, file: string): string | undefined {
  try {
    return regularText(join(folder, file), LARGEST);
  } catch {
    return undefined;
  }
}
