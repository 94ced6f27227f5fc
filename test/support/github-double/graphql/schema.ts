import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../../../../local/paths.ts';
import { published, replace } from '../published.ts';

/** GitHub's own GraphQL schema. */
const SCHEMA = { package: '@octokit/graphql-schema', version: '15.26.1', file: 'package/schema.graphql' };
/** The types that the double's queries go through. */
const TYPES = ['Query', 'User'];

/** By type, the type of each field, without `!`. */
export type GraphqlTypes = Record<string, Record<string, string>>;

/** The types of GitHub's GraphQL schema that the double serves. Downloaded once; the cut is kept in the cache folder. */
export async function loadGraphqlTypes(log: (line: string) => void = () => {}): Promise<GraphqlTypes> {
  const path = join(cacheDir, `github-graphql-${SCHEMA.version}-${TYPES.join('-')}.json`);
  if (!existsSync(path)) {
    const whole = await published(SCHEMA, `github-graphql-${SCHEMA.version}.graphql`, log);
    await replace(path, JSON.stringify(typesOf(await readFile(whole, 'utf8'))));
  }
  return JSON.parse(await readFile(path, 'utf8')) as GraphqlTypes;
}

function typesOf(schema: string): GraphqlTypes {
  return Object.fromEntries(
    TYPES.map((name) => {
      const [, body = ''] = new RegExp(`^type ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`, 'm').exec(schema) ?? [];
      const fields = [...body.matchAll(/^ {2}(\w+): (\w+)!?(?: @.*)?$/gm)];
      return [name, Object.fromEntries(fields.map(([, field = '', type = '']) => [field, type]))];
    }),
  );
}

/**
 * What is wrong with a query of the form `query { a { b } }`, in words; [] when GitHub's schema has each of its fields.
 * Anything but names and braces is wrong: the double reads nothing else.
 */
export function checkQuery(query: string, types: GraphqlTypes): string[] {
  const tokens = query.match(/\w+|[{}]|\S/g) ?? [];
  if (tokens.shift() !== 'query') return ['not a query'];
  const path: string[] = [];
  let [type, next] = ['', 'Query'];
  for (const token of tokens) {
    if (token === '{') {
      path.push(type);
      type = next;
    } else if (token === '}') {
      type = path.pop() ?? '';
    } else {
      next = types[type]?.[token] ?? '';
      if (next === '') return [`type "${type}" has no field "${token}"`];
    }
  }
  return path.length === 0 ? [] : ['unbalanced braces'];
}
