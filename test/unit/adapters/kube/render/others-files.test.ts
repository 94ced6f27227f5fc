import { mkdirSync, writeFileSync } from 'node:fs';

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../../../src/adapters/kube/render/documents.ts';
import { readManifests } from '../../../../../src/adapters/kube/render/manifests.ts';
import { refusal } from '../../../../support/refusal.ts';
import { scratchFolder } from '../../../../support/runner/scratch.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n';

/** The first problem of a text, as the user sees it. */
const problem = (text: string, file = 'k8s/a.yaml') => refusal(() => readDocuments(text, file)).message;
const names = (text: string) =>
  readDocuments(text, 'l.yaml').map(({ object, location }) => `${object.kind} ${object.metadata.name} ${location}`);

describe('lists of objects', () => {
  it('hb-05: a typed list gives its items, which need no kind of their own', () => {
    const text = `apiVersion: v1
kind: ConfigMapList
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
  - metadata: { name: b }
`;
    expect(names(text)).toEqual(['ConfigMap a l.yaml:4', 'ConfigMap b l.yaml:5']);
  });

  it('CH-18: a list in a list, an empty one, and one without items', () => {
    const inner =
      '{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBindingList, items: [{ metadata: { name: r } }] }';
    expect(names(`apiVersion: v1\nkind: List\nitems:\n  - ${inner}\n`)).toEqual(['RoleBinding r l.yaml:4']);
    expect(names('apiVersion: v1\nkind: List\nitems: null\n')).toEqual([]);
    expect(names('apiVersion: v1\nkind: List\nitems: []\n')).toEqual([]);
    expect(problem('apiVersion: v1\nkind: List\nitems: [3]\n')).toBe(
      'k8s/a.yaml:3: not an object of Kubernetes, but 3',
    );
  });

  it('CH-18: an object whose kind ends with List is an object', () => {
    expect(names('apiVersion: acme.dev/v1\nkind: AllowList\nmetadata: { name: a }\n')).toEqual([
      'AllowList a l.yaml:1',
    ]);
  });
});

describe('what charts leave empty', () => {
  it('CH-7: empty labels and annotations, of an object and of its templates, are absent ones', () => {
    const text = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, labels:, annotations: null }
spec:
  template:
    metadata: { labels: { app: db }, annotations: }
    spec: { containers: [{ name: db, image: postgres, env: null }] }
  volumeClaimTemplates: [{ metadata: { name: data, annotations: null } }]
`;
    expect(readDocuments(text, 'k8s/a.yaml')[0]?.object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'db', image: 'postgres', env: null }] },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    });
  });
});

describe('what is no object that can be rolled out', () => {
  it.each([
    ['apiVersion: v1\nkind: Secret\n', 'Secret has no metadata.name'],
    ['apiVersion: v1\nkind: Secret\nmetadata: null\n', 'Secret has no metadata.name'],
    [
      'apiVersion: v1\nkind: Secret\nmetadata: { name: 123 }\n',
      'Secret: metadata.name must be text; put 123 in quotes',
    ],
    [
      'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: x- }\n',
      'Job has generateName, which makes a new object on every run; give it metadata.name',
    ],
    ['kind: Secret\n', 'Secret: apiVersion is missing'],
    ['apiVersion: v1\n', 'kind is missing'],
    ['a: b\n', 'apiVersion and kind are missing; a file that is no manifest belongs into another folder'],
    ['just text\n', 'not an object of Kubernetes, but "just text"'],
  ])('hb-05: %j: %s', (text, expected) => expect(problem(text)).toBe(`k8s/a.yaml:1: ${expected}`));

  it.each([
    ['k8s/kustomization.yaml', 'resources: [a.yaml]\n', /deploy\.kustomize/],
    [
      'k8s/k.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      /deploy\.kustomize/,
    ],
    ['k8s/values.yaml', 'image: x\n', /deploy\.helm/],
    ['k8s/postgres-values.yaml', 'auth: {}\n', /deploy\.helm/],
    ['k8s/Chart.yaml', 'apiVersion: v2\nname: x\n', /deploy\.helm\.chart/],
    [
      'k8s/secret.yaml',
      'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nsops: { mac: x }\n',
      /encrypted with SOPS.*SealedSecret/,
    ],
  ])('CH-26 F22: %s says which tool it is for', (file, text, expected) => {
    expect(problem(text, file)).toMatch(expected);
  });

  it('CH-26: sub-folders with manifests are named', async () => {
    const folder = scratchFolder();
    for (const name of ['db', 'docs']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'a.yaml'), CONFIG_MAP);
    writeFileSync(join(folder, 'db', 'b.yaml'), CONFIG_MAP);
    writeFileSync(join(folder, 'docs', 'README.md'), '');
    const warnings: string[] = [];
    await readManifests(folder, { warning: (message) => void warnings.push(message) });
    expect(warnings).toEqual([expect.stringMatching(/^deploy\.manifests: sub-folders of .* are not read: db$/)]);
  });
});

describe('YAML of manifests', () => {
  it.each([
    [`${CONFIG_MAP}data:\n  HOSTS: *.shop.example\n`, /^k8s\/a.yaml:5: there is no anchor &.shop.example/],
    [`${CONFIG_MAP}data:\n  <<: *nope\n`, /^k8s\/a.yaml:5: there is no anchor &nope/],
    [`${CONFIG_MAP}data: { <<: 3 }\n`, /^k8s\/a.yaml:4: << takes a map/],
    [`${CONFIG_MAP}data: &x { a: *x }\n`, /^k8s\/a.yaml:4: \*x is inside its own anchor/],
    [`${CONFIG_MAP}data:\n  X: {{ .Values.x }}\n`, /^k8s\/a.yaml:5: \{\{ … \}\} is a template/],
    [`${CONFIG_MAP}data: { x: .inf }\n`, /^k8s\/a.yaml:4: JSON has no number \.inf/],
    [`${CONFIG_MAP}data:\n\tx: 1\n`, /^k8s\/a.yaml:5: not valid YAML: tab/],
  ])('hb-03: %j is refused with its line', (text, expected) => expect(problem(text)).toMatch(expected));

  it('CH-20: more than a hundred aliases are fine; of a repeated key the last one counts, as with kubectl', () => {
    const item = (i: number) => `- { apiVersion: v1, kind: ConfigMap, metadata: { name: c${i}, labels: *l } }`;
    const text = `apiVersion: v1\nkind: List\nmetadata: { labels: &l { team: shop } }\nitems:\n${Array.from({ length: 300 }, (_, i) => item(i)).join('\n')}\n`;
    expect(names(text)).toHaveLength(300);
    expect(readDocuments(`${CONFIG_MAP}data: { a: x, a: z }\n`, 'a.yaml')[0]?.object.data).toEqual({ a: 'z' });
  });

  it('SEC-20: an alias bomb is refused with its line', () => {
    const level = (name: string, of: string) => `  ${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`;
    const bomb = [
      '  a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...[...'bcdefghi'].map((c, i) => level(c, 'abcdefghi'.charAt(i))),
    ];
    expect(problem(`${CONFIG_MAP}data:\n${bomb.join('\n')}\n`)).toMatch(
      /^k8s\/a.yaml:1[01]: aliases expand to more than 400000 values$/,
    );
  });

  it('takes a byte order mark, CRLF, directives and empty documents', () => {
    const text = `\ufeff%YAML 1.1\n---\n${CONFIG_MAP}---\n# nothing\n---\n${CONFIG_MAP}`.replaceAll('\n', '\r\n');
    expect(names(text)).toEqual(['ConfigMap c l.yaml:3', 'ConfigMap c l.yaml:9']);
  });

  it('hb-06: whole numbers beyond 2^53 stay exact', () => {
    const text =
      '{"apiVersion": "acme.dev/v1", "kind": "A", "metadata": {"name": "a"},\n\t"id": 9007199254740993, "n": 3}';
    expect(readDocuments(text, 'a.json')[0]?.object).toMatchObject({ id: 9007199254740993n, n: 3 });
  });
});
