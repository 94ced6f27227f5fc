import { readKubeYaml } from '../../yaml/read.ts';
import { textsIn } from './texts.ts';

/** apiVersion of the generators and transformers that kustomize has built in. */
const BUILTIN = 'builtin';

/**
 * The texts of the generators and transformers in a file of a kustomization: they load files as the kustomization itself does,
 * also by URL.
 * @returns no texts for a file without any; undefined for one that may have some and is not YAML
 */
export function builtinTexts(text: string): string[] | undefined {
  // A quoted text can spell the word with escapes.
  if (!text.includes(BUILTIN) && !text.includes('\\')) return [];
  const { documents, problems } = readKubeYaml(text);
  if (problems.length > 0 && text.includes(BUILTIN) && text.includes('apiVersion')) return undefined;
  return documents.flatMap(({ value }) => pluginsIn(value).flatMap((plugin) => textsIn(plugin)));
}

/** The objects of built-in plugins in a document, also in a list. */
function pluginsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const isPlugin = (value as { apiVersion?: unknown }).apiVersion === BUILTIN;
  return isPlugin ? [value] : Object.values(value).flatMap(pluginsIn);
}
