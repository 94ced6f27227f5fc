import { dump } from 'js-yaml';
import type { Findings } from '../findings.ts';

/** A file that init writes. */
export interface NewFile {
  /** Relative to the root of the repository. */
  path: string;
  text: string;
}

/** It is for `review.database.mode: shared`, which init does not write: without that, it fails every night. */
const NOT_NEEDED = 'review-template.yml';
const BRANCH = 'branches: [main]';
const REGISTRY = 'registry: ghcr.io';

/**
 * The workflows of the variant, for the default branch and the registry of the repository.
 * @param templates text of each workflow of the package, by its name
 */
export function workflowFiles({ branch, registry }: Findings, templates: ReadonlyMap<string, string>): NewFile[] {
  const host = registry?.value.split('/')[0] ?? 'ghcr.io';
  const branches = dump([branch], { flowLevel: 0, lineWidth: -1 }).trimEnd();
  const needed = [...templates].filter(([file]) => file !== NOT_NEEDED);
  return needed.map(([file, text]) => ({
    path: `.github/workflows/${file}`,
    // By functions: `$&` in a name is no pattern.
    text: text.replaceAll(BRANCH, () => `branches: ${branches}`).replaceAll(REGISTRY, () => `registry: ${host}`),
  }));
}
