import { mkdirSync, writeFileSync } from 'node:fs';

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../../../src/adapters/kube/render/documents.ts';
import { readManifests } from '../../../../../src/adapters/kube/render/manifests.ts';
import { UserError } from '../../../../../src/errors.ts';
import { scratchFolder } from '../../../../support/runner/scratch.ts';

const refusal = async (work: () => unknown): Promise<UserError> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};
const config = (body: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n${body}`;
const dataOf = (body: string) => readDocuments(config(body), 'c.yaml')[0]?.object.data;

describe('YAML documents', () => {
  it('are read with the line that each begins on', () => {
    const text = `# comment\n---\n${config('data: { a: b }')}\n---\n\n---\n${config('')}`;
    const places = readDocuments(text, 'k8s/all.yaml').map(({ object, location }) => `${location} ${object.kind}`);
    expect(places).toEqual(['k8s/all.yaml:3 ConfigMap', 'k8s/all.yaml:10 ConfigMap']);
  });

  it('are taken out of a List', () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Secret, metadata: { name: a } }\n- { apiVersion: v1, kind: Secret, metadata: { name: b } }';
    expect(readDocuments(list, 'l.yaml').map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
  });

  it('mean what kubectl takes them for', () => {
    expect(dataOf('data: { mode: 0644, flag: yes, text: "no" }')).toEqual({ mode: 420, flag: true, text: 'no' });
    expect(dataOf('data: { date: 2026-01-02, time: 12:30:45, version: 1.10 }')).toEqual({
      date: '2026-01-02',
      time: '12:30:45',
      version: 1.1,
    });
    expect(dataOf('x: &x { a: 1 }\ndata: { <<: *x, b: 2 }')).toEqual({ a: 1, b: 2 });
  });

  it('are refused with every mistake and its line', async () => {
    const text = 'kind: A\n---\napiVersion: v1\nkind: Pod\nmetadata: { generateName: x- }\n---\n- list\n---\na: [\n';
    const error = await refusal(() => readDocuments(text, 'k8s/bad.yaml'));
    expect([error.message, ...error.details]).toEqual([
      'k8s/bad.yaml:1: A: apiVersion is missing',
      'k8s/bad.yaml:3: Pod has generateName, which makes a new object on every run; give it metadata.name',
      'k8s/bad.yaml:7: not an object of Kubernetes, but a list',
      expect.stringMatching(/^k8s\/bad\.yaml:\d+: not valid YAML: /),
    ]);
  });

  it('that are empty are nothing', () => {
    expect(readDocuments('', 'e.yaml')).toEqual([]);
    expect(readDocuments('---\n---\n', 'e.yaml')).toEqual([]);
  });
});

const log = { warning: () => undefined };

describe('a folder of manifests', () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'b.yml'), config(''));
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }));
  writeFileSync(join(folder, 'README.md'), 'not a manifest');
  mkdirSync(join(folder, 'base'));

  it('is read in the order of the names of its files', async () => {
    expect((await readManifests(folder, log)).map(({ object }) => object.kind)).toEqual(['Secret', 'ConfigMap']);
  });

  it('that has none is refused', async () => {
    expect((await refusal(() => readManifests(join(folder, 'base'), log))).message).toContain('there is no *.yaml');
  });

  it('that is not there is refused', async () => {
    expect((await refusal(() => readManifests(join(folder, 'none'), log))).message).toContain('cannot be read');
  });

  it('reports the mistakes of all its files', async () => {
    const bad = scratchFolder();
    writeFileSync(join(bad, 'a.yaml'), 'kind: A');
    writeFileSync(join(bad, 'b.yaml'), 'kind: B');
    const error = await refusal(() => readManifests(bad, log));
    expect(error.message).toContain('a.yaml:1: A: apiVersion is missing');
    expect(error.details.join()).toContain('b.yaml:1: B: apiVersion is missing');
  });
});
