import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../local/demo/root.ts';

/**
 * A code block of a document, by the last word of its opening: `rbac` of "```yaml kubernetes rbac".
 * @param file relative to the root of the checkout
 * @param name empty: the first block of that language without a name
 */
export function documentBlock(file: string, language: string, name = ''): string {
  const text = readFileSync(join(repositoryRoot, file), 'utf8');
  const opening = ['```', language, name === '' ? '' : `(?: \\w+)? ${name}`].join('');
  const found = new RegExp(`^${opening}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`${file} has no block ${opening}`);
  return found;
}
