import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/text/yaml/compose.ts';
import { problemsOf } from '../../support/unit/problems.ts';

const EXAMPLES = readdirSync('examples');
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'local/README.md'],
  ...EXAMPLES.map((name) => `examples/${name}/README.md`),
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  /** Page and line of the opening. */
  where: string;
  /** Words after `yaml`: what the block is, if it is no slipway.yml. */
  words: string;
  text: string;
}

const blocks: Block[] = PAGES.flatMap((page) => {
  const whole = readFileSync(page, 'utf8');
  return [...whole.matchAll(/^ *```ya?ml\b(.*)\n([\s\S]*?)^ *```$/gm)].map(
    ({ 1: words = '', 2: text = '', index }) => ({
      where: `${page}:${whole.slice(0, index).split('\n').length}`,
      words: words.trim(),
      text,
    }),
  );
});

/** The keys of the first document, where it is a map. */
function keysOf(text: string): string[] {
  const [root] = compose(text, { depth: 100, aliased: 1_000 });
  return root?.kind === 'mapping' ? root.pairs.map(({ key }) => (key.kind === 'scalar' ? key.text : '')) : [];
}

/** A part of a slipway.yml, with the required keys that the page leaves out. */
function whole(text: string): string {
  const keys = keysOf(text);
  const app = keys.includes('app') ? '' : 'app: parking\n';
  const hasImage = keys.includes('image') || keys.includes('images');
  return `${app}${hasImage ? '' : 'image: { repository: localhost:5000/apps/parking }\n'}${text}`;
}

/** Every block without words is a slipway.yml, so that none with a wrong key is taken for something else. */
const examples = blocks.filter(({ words }) => words === '');

describe('examples of slipway.yml in the documents', () => {
  it('are found', () => expect(examples.length).toBeGreaterThan(20));

  it.each(examples)('hb-02: $where is accepted', ({ text }) => expect(problemsOf(whole(text))).toEqual([]));

  it('hb-02: a block with a wrong key is found out', () => {
    expect(problemsOf(whole('deploy: { prot: 80 }\n'))).not.toEqual([]);
    expect(problemsOf(whole('- uses: acme/action\n'))).not.toEqual([]);
  });
});

describe('pages of docs/', () => {
  const readme = readFileSync('README.md', 'utf8');

  it.each(PAGES.filter((page) => page.startsWith('docs/')))('README.md links %s', (page) => {
    expect(readme).toContain(`](${page})`);
  });
});

describe('applications of examples/', () => {
  const files = EXAMPLES.map((name) => `examples/${name}/slipway.yml`);

  it.each(files)('%s is accepted', (file) => expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([]));
});
