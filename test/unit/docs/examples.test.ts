import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchema } from '../../../src/config/keys.ts';
import { compose } from '../../../src/text/yaml/compose.ts';
import { problemsOf } from '../../support/unit/problems.ts';

const KEYS = new Set(Object.keys(jsonSchema().properties as object));
const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The keys of the first document, where it is a map. */
function keysOf(text: string): string[] {
  const [root] = compose(text, { depth: 100, aliased: 1_000 });
  return root?.kind === 'mapping' ? root.pairs.map(({ key }) => (key.kind === 'scalar' ? key.text : '')) : [];
}

/** Blocks of a page that are parts of a slipway.yml, made whole by what the page leaves out. */
const examples = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```yaml.*\n([\s\S]*?)^```$/gm)].flatMap(({ 1: block = '', index }) => {
    const keys = keysOf(block);
    if (keys.length === 0 || keys.some((key) => !KEYS.has(key))) return [];
    const app = keys.includes('app') ? '' : 'app: parking\n';
    const image =
      keys.includes('image') || keys.includes('images') ? '' : 'image: { repository: localhost:5000/apps/parking }\n';
    return [{ where: `${page}, block ${index}`, text: `${app}${image}${block}` }];
  }),
);

describe('examples of slipway.yml in the documents', () => {
  it('are found', () => expect(examples.length).toBeGreaterThan(8));

  it.each(examples)('hb-02: $where is accepted', ({ text }) => expect(problemsOf(text)).toEqual([]));
});

describe('applications of examples/', () => {
  const files = readdirSync('examples').map((name) => `examples/${name}/slipway.yml`);

  it.each(files)('%s is accepted', (file) => expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([]));
});
