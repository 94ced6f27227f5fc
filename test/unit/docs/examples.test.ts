import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { filesOf } from '../../../scripts/check-lib.ts';
import { type Block, blocksOf } from '../../../scripts/docs-blocks.ts';
import { wholeWorkflow } from '../../../scripts/docs-workflows.ts';
import { jsonSchema } from '../../../src/config/keys.ts';
import { problemsOfObject } from '../../support/unit/kube-schema.ts';
import { problemsOf } from '../../support/unit/problems.ts';

const PAGES = filesOf('*.md');
const pages = PAGES.map((page) => blocksOf(page, readFileSync(page, 'utf8')));
const blocks = pages.flatMap(({ yaml }) => yaml);
const of = (kind: Block['kind']) => blocks.filter((block) => block.kind === kind);

/** A part of a slipway.yml, with the required keys that the page leaves out. */
function wholeConfig(text: string): string {
  const [value] = loadAll(text);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const app = keys.includes('app') ? '' : 'app: parking\n';
  const hasImage = keys.includes('image') || keys.includes('images');
  return `${app}${hasImage ? '' : 'image: { repository: localhost:5000/apps/parking }\n'}${text}`;
}

/** Fragments of objects by the name of their block, and the object that each is a part of. */
const OBJECTS: Record<string, (part: unknown) => unknown> = {
  rules: (rules) => ({ ...RBAC, kind: 'ClusterRole', rules }),
  'pod-template': (template) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } }),
  listener: (part) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata,
    spec: { listeners: [part] },
  }),
};
const metadata = { name: 'parking' };
const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata };

function objectsOf({ name, text }: Pick<Block, 'name' | 'text'>): unknown[] {
  const part = Object.entries(OBJECTS).find(([suffix]) => name.endsWith(suffix))?.[1];
  return loadAll(text).map((value) => part?.(value) ?? value);
}

const schema = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(jsonSchema() as object);
const bySchema = (text: string) => (schema(load(text)) ? [] : (schema.errors ?? []));

describe('YAML blocks of the documents', () => {
  it('are found, of each kind', () => {
    expect(of('slipway').length).toBeGreaterThan(25);
    expect(of('workflow').length).toBeGreaterThan(8);
    expect(of('kubernetes').length).toBeGreaterThan(8);
  });

  it('say what they are', () => expect(pages.flatMap(({ problems }) => problems)).toEqual([]));

  it.each([
    ['```yaml\nrun: x\n```', 'ok'],
    ['```yml\napp: x\n```', 'language'],
    ['```\napp: x\n```', 'language'],
    ['```text\napp: x\n```', 'is YAML'],
    ['~~~sh\n- uses: acme/action\n~~~', 'is YAML'],
    ['- a list\n\n  ```console\n  apiVersion: v1\n  ```', 'is YAML'],
    ['Text\n\n    jobs: {}\n', 'is YAML'],
    ['```yaml gitlab\nstages: []\n```', 'after `yaml`'],
  ])('%j cannot escape', (markdown, problem) => {
    const found = blocksOf('page.md', markdown);
    expect(found.problems.join() || 'ok').toContain(problem);
    expect(found.yaml).toHaveLength(problem === 'ok' ? 1 : 0);
  });
});

describe('examples of slipway.yml in the documents', () => {
  it.each(of('slipway'))('hb-02: $where is accepted', ({ text }) => {
    expect(problemsOf(wholeConfig(text))).toEqual([]);
    expect(bySchema(wholeConfig(text))).toEqual([]);
  });

  it('hb-02: a block with a wrong key is found out', () => {
    expect(problemsOf(wholeConfig('deploy: { prot: 80 }\n'))).not.toEqual([]);
    expect(bySchema(wholeConfig('deploy: { prot: 80 }\n'))).not.toEqual([]);
    expect(problemsOf(wholeConfig('- uses: acme/action\n'))).not.toEqual([]);
  });
});

describe('objects of Kubernetes in the documents', () => {
  it.each(of('kubernetes'))('$where is accepted', (block) => {
    expect(objectsOf(block).flatMap(problemsOfObject)).toEqual([]);
  });

  it.each([
    ['', 'apiVersion: apps/v1\nkind: Deploymnet\nmetadata: { name: x }', 'there is no Deploymnet of apps/v1'],
    ['', 'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringdata: {}', 'Secret.stringdata does not exist'],
    ['', 'rules: []', 'has no apiVersion or no kind'],
    ['rules', '- { apiGroups: apps }', 'ClusterRole.rules[0].apiGroups takes a list'],
    ['pod-template', 'spec: { containers: [{ name: 1 }] }', '.containers[0].name takes a string, not number'],
  ])('a wrong block %s is found out: %j', (name, text, problem) => {
    expect(objectsOf({ name, text }).flatMap(problemsOfObject).join()).toContain(problem);
  });
});

describe('workflows in the documents', () => {
  const workflows = of('workflow').map((block) => ({ ...block, whole: wholeWorkflow(block.text) }));
  const wrong = [
    '- uses: slipway-deploy/slipway/actions/rolling-update@v1\n  with: { enviroment: staging }\n',
    '- run: "true"\n  if: github.evnt\n',
    'steps: [{ run: "true" }]\ntime-out: 5\n',
  ].map(wholeWorkflow);
  // GitHub's language service cannot be loaded by the test runner: see the program.
  const args = ['--import', 'tsx', 'test/support/problems-of-workflows.ts'];
  const input = [...workflows.map(({ where, whole }) => [where, whole]), ...wrong.map((text) => ['wrong', text])];
  const answer = execFileSync(process.execPath, args, {
    input: JSON.stringify(input.map(([where, text]) => [`workflows/${where}.yml`, text])),
    encoding: 'utf8',
  });
  const problems = JSON.parse(answer) as string[][];

  it.each(workflows.map(({ where }, index) => ({ where, found: problems[index] })))(
    '$where is accepted by the language service of GitHub',
    ({ found }) => expect(found).toEqual([]),
  );

  it.each(wrong.map((text, index) => ({ text, found: problems[workflows.length + index] })))(
    'a wrong block is found out: $text',
    ({ found }) => expect(found).toHaveLength(1),
  );

  it('a block that is no part of a workflow is refused', () => {
    expect(() => wholeWorkflow('archive: image.tar\n')).toThrow('neither a workflow');
  });
});

describe('pages of docs/', () => {
  const readme = readFileSync('README.md', 'utf8');

  it.each(PAGES.filter((page) => page.startsWith('docs/')))('README.md links %s', (page) => {
    expect(readme).toContain(`](${page})`);
  });
});

describe('applications of examples/', () => {
  const files = readdirSync('examples').map((name) => `examples/${name}/slipway.yml`);

  it.each(files)('%s is accepted', (file) => expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([]));
});
