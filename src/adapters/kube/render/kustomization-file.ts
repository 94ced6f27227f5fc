import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The names of the file of a kustomization.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/api/konfig/general.go (RecognizedKustomizationFileNames)
 */
export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The file of the kustomization in a folder; undefined if there is none. */
export async function kustomizationIn(folder: string): Promise<{ path: string; text: string } | undefined> {
  for (const name of KUSTOMIZATION_FILES) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

/** The fields of parsed YAML; none for what is no map. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Whether a path is a folder; false also if it cannot be read. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
