import { jsonSchema } from '../src/config/keys.ts';

interface Schema {
  type?: string | string[];
  description?: string;
  enum?: string[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

interface Key {
  path: string;
  type: string;
  description: string;
  required: boolean;
}

/** What several keys take is described once; each is found at one of its places. */
const SHARED: { title: string; link: string; at: (root: Schema) => Schema | undefined }[] = [
  { title: 'A service', link: '[service](#a-service)', at: (root) => at(root, 'tests', '*', 'services', '*') },
  { title: 'A cluster', link: '[cluster](#a-cluster)', at: (root) => at(root, 'environments', '*', 'cluster') },
  { title: 'An ingress', link: '[ingress](#an-ingress)', at: (root) => at(root, 'ingress') },
  {
    title: 'A certificate',
    link: '`true`, `false` or [certificate](#a-certificate)',
    at: (root) => at(root, 'review', 'tls'),
  },
];

const root = jsonSchema() as Schema;

function resolved(schema: Schema): Schema {
  return schema.$ref ? { ...(root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}), ...withoutRef(schema) } : schema;
}

function withoutRef({ $ref: _, ...rest }: Schema): Schema {
  return rest;
}

function at(schema: Schema, ...path: string[]): Schema | undefined {
  let here: Schema | undefined = schema;
  for (const step of path) {
    if (!here) return undefined;
    const level: Schema = resolved(here);
    const any = typeof level.additionalProperties === 'object' ? level.additionalProperties : level.items;
    here = step === '*' ? any : level.properties?.[step];
  }
  return here && resolved(here);
}

/** The shape of a schema without what is said about it. */
const shape = ({ description: _, default: __, ...rest }: Schema): string => JSON.stringify(rest);

const sharedOf = (schema: Schema) => SHARED.find(({ at: find }) => shape(find(root) ?? {}) === shape(schema));

function typeOf(given: Schema): string {
  const schema = resolved(given);
  if (isAnyValue(schema)) return 'any value';
  const shared = sharedOf(schema);
  if (shared) return shared.link;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf) {
    const types = [...new Set(schema.anyOf.map(typeOf))];
    return types.join(', ') === 'text, list of text' ? 'command' : types.join(' or ');
  }
  if (schema.pattern === '^\\d+(s|m|h|d)$') return 'duration';
  if (schema.pattern?.includes('Ki|M')) return 'quantity';
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.properties) return 'keys';
  if (typeof schema.additionalProperties === 'object') return `names with ${typeOf(schema.additionalProperties)}`;
  const names: Record<string, string> = { string: 'text', integer: 'number', boolean: '`true`, `false`' };
  // Numbers and booleans where text is wanted: they are read as they are written.
  const type = Array.isArray(schema.type) ? 'string' : String(schema.type);
  return names[type] ?? type;
}

/** Takes null, and thus everything. */
function isAnyValue({ anyOf = [] }: Schema): boolean {
  return anyOf.some(({ type }) => type === 'null');
}

/** Every key below a schema, depth first, with its path; shared schemas are not entered. */
function keysBelow(given: Schema, path: string): Key[] {
  const schema = resolved(given);
  if ((path !== '' && sharedOf(schema)) || isAnyValue(schema)) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    if (name === '$schema') return [];
    const here = path === '' ? name : `${path}.${name}`;
    const description = child.description ?? resolved(child).description ?? '';
    const required = schema.required?.includes(name) ?? false;
    return [{ path: here, type: typeOf(child), description, required }, ...keysBelow(child, here)];
  });
  const named =
    typeof schema.additionalProperties === 'object' ? keysBelow(schema.additionalProperties, `${path}.<name>`) : [];
  const items = schema.items ? keysBelow(schema.items, `${path}[]`) : [];
  return [...own, ...named, ...items, ...(schema.anyOf ?? []).flatMap((branch) => keysBelow(branch, path))];
}

function table(keys: Key[]): string {
  const rows = keys.map(({ path, type, description, required }) => {
    const text = description.replaceAll('|', '\\|').replaceAll('<', '&lt;');
    return `| \`${path}\` | ${type}${required ? ', required' : ''} | ${text} |`;
  });
  return ['| key | takes | |', '|---|---|---|', ...rows].join('\n');
}

const sections = (): { title: string; keys: Key[] }[] => [
  ...Object.entries(root.properties ?? {})
    .filter(([name]) => name !== '$schema')
    .map(([name]) => ({
      title: `\`${name}\``,
      keys: keysBelow({ properties: { [name]: at(root, name) ?? {} }, required: root.required ?? [] }, ''),
    })),
  ...SHARED.map(({ title, at: find }) => ({
    title,
    keys: (find(root)?.anyOf ?? [find(root) ?? {}]).flatMap((branch) => keysBelow(branch, '')),
  })),
];

/** The tables of docs/slipway-yml.md: a section for each key at the top, and one for each shared shape. */
export function keysMarkdown(): string {
  return sections()
    .map(({ title, keys }) => `### ${title}\n\n${table(keys)}\n`)
    .join('\n');
}

/** Keys that nothing is said about. */
export function undescribedKeys(): string[] {
  return sections().flatMap(({ keys }) => keys.filter(({ description }) => description === '').map(({ path }) => path));
}
