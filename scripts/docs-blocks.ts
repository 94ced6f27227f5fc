import { loadAll } from 'js-yaml';
import { marked, type Token, type Tokens } from 'marked';
import { jsonSchema } from '../src/config/keys.ts';

/** What a YAML block is, by the word after `yaml`. Without a word it is a slipway.yml, or a part of one. */
const KINDS = ['slipway', 'workflow', 'kubernetes'] as const;

/** Languages of code blocks. Another one is refused, so that no YAML escapes its check under another name. */
const LANGUAGES = ['yaml', 'sh', 'sql', 'dockerfile', 'ts', 'json', 'console', 'text'];

export interface Block {
  /** Page and line of the opening. */
  where: string;
  kind: (typeof KINDS)[number];
  /** The last word of the opening, e.g. `rules`: which part of an object the block is, or a name for a test. */
  name: string;
  text: string;
}

export interface Blocks {
  yaml: Block[];
  /** Blocks that say wrongly what they are. */
  problems: string[];
}

/** The YAML blocks of a Markdown page: between fences, in lists and quotes as well. */
export function blocksOf(page: string, markdown: string): Blocks {
  const found: Blocks = { yaml: [], problems: [] };
  const lines = markdown.split('\n');
  let line = 0;
  for (const { lang, raw, text } of codeOf(marked.lexer(markdown))) {
    const opening = raw.trimStart().split('\n')[0] ?? '';
    while (line < lines.length && !lines[line]?.includes(opening)) line += 1;
    line += 1;
    const where = `${page}:${line}`;
    const [language, ...words] = (lang ?? '').split(' ').filter(Boolean);
    if (language === 'yaml') {
      const kind = KINDS.find((one) => one === (words[0] ?? 'slipway'));
      if (kind && words.length < 3) found.yaml.push({ where, kind, name: words[1] ?? '', text });
      else found.problems.push(`${where}: after \`yaml\` stands nothing, or one of workflow, kubernetes and a name`);
    } else if (lang !== undefined && !LANGUAGES.includes(language ?? '')) {
      found.problems.push(`${where}: give the block a language, one of ${LANGUAGES.join(', ')}`);
    } else if (isYaml(text)) found.problems.push(`${where}: this is YAML; begin the block with \`\`\`yaml`);
  }
  return found;
}

function codeOf(tokens: Token[]): Tokens.Code[] {
  const code: Tokens.Code[] = [];
  marked.walkTokens(tokens, (token) => {
    if (token.type === 'code') code.push(token as Tokens.Code);
  });
  return code;
}

/** Keys that a slipway.yml, a workflow, a step or an object of Kubernetes begins with. */
const KEYS = new Set([
  ...Object.keys((jsonSchema() as { properties: object }).properties),
  ...['apiVersion', 'kind', 'metadata', 'rules', 'on', 'jobs', 'steps', 'permissions', 'uses', 'run'],
]);

/** A text that reads as one of the kinds above, whatever its language says. */
function isYaml(text: string): boolean {
  try {
    return loadAll(text)
      .flat()
      .some((value) => isMap(value) && Object.keys(value).some((key) => KEYS.has(key)));
  } catch {
    return false;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
