import type { Findings } from '../findings.ts';

/** A file that init writes. */
export interface NewFile {
  /** Relative to the root of the repository. */
  path: string;
  text: string;
}

const BRANCH = 'branches: [main]';
const REGISTRY = 'registry: ghcr.io';

/**
 * The workflows of the variant, for the default branch and the registry of the repository.
 * @param templates text of each workflow of the package, by its name
 */
export function workflowFiles({ branch, registry }: Findings, templates: ReadonlyMap<string, string>): NewFile[] {
  const host = registry?.value.split('/')[0] ?? 'ghcr.io';
  const name = /^[A-Za-z][\w./-]*$/.test(branch) ? branch : JSON.stringify(branch);
  return [...templates].map(([file, text]) => ({
    path: `.github/workflows/${file}`,
    text: text.replaceAll(BRANCH, `branches: [${name}]`).replaceAll(REGISTRY, `registry: ${host}`),
  }));
}
