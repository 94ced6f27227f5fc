import type { core } from 'zod';
import type { YamlNode } from '../text/yaml/node.ts';
import { type Schema, schemasAt } from './keys.ts';

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

/** What the value at a path must be, in words. */
export function wanted(path: readonly PropertyKey[]): string {
  const schemas = schemasAt(path);
  const takesText = schemas.some(({ type = [] }) => type.includes('string'));
  const words = schemas.flatMap((schema) => wordsOf(schema, takesText));
  return [...new Set(words)].join(' or ') || 'another value';
}

function wordsOf({ const: only, type = [] }: Schema, takesText: boolean): string[] {
  // Where text is wanted, a number that stands there is text.
  const types = [type].flat().filter((one) => !takesText || (one !== 'number' && one !== 'boolean'));
  if (types.length > 0 && only !== undefined) return [String(only)];
  return types.map((one) => TYPES[one] ?? one);
}

/** How a value of the wrong kind is written as a list or a map; empty where no form is likely. */
export function formHint(path: readonly PropertyKey[], node: YamlNode | undefined): string {
  const schemas = schemasAt(path);
  const maps = schemas.filter(({ type = [] }) => type.includes('object'));
  if (maps.length > 0) return mapHint(maps, node);
  const [items] = schemas.flatMap((schema) => schema.items ?? []);
  if (items === undefined) return '';
  if (node?.kind === 'mapping') return items.type === 'object' ? '; begin each entry with "-"' : '';
  return node?.kind === 'scalar' && items.type === 'string' ? `; write [${node.text}]` : '';
}

function mapHint(maps: readonly Schema[], node: YamlNode | undefined): string {
  if (node?.kind === 'sequence') {
    const isNamed = maps.some(({ additionalProperties }) => typeof additionalProperties === 'object');
    return isNamed ? '; write each entry with its name, as in "name: …", without "-"' : '';
  }
  if (node?.kind !== 'scalar') return '';
  const properties = maps.flatMap((map) => Object.entries(map.properties ?? {}));
  const named = properties.find(([, { enum: options = [] }]) => options.includes(node.text));
  if (named !== undefined) return `; write { ${named[0]}: ${node.text} }`;
  const line = properties.find(([key]) => key === 'command' || key === 'run');
  return line === undefined ? '' : `; write { ${line[0]}: … }`;
}

/** A limit of length or size that a value exceeds, in words. */
export function limitOf(issue: core.$ZodIssue): string | undefined {
  // A schema with words of its own keeps them.
  if (!/^Too (small|big)\b/.test(issue.message)) return undefined;
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined;
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const bound = `${issue.code === 'too_small' ? 'at least' : 'at most'} ${limit}`;
  if (issue.origin === 'string' && limit === 1) return 'must not be empty';
  if (issue.origin === 'string') return `must have ${bound} characters`;
  return issue.origin === 'array' ? `must have ${bound} items` : `must be ${bound}`;
}
