import { describe, expect, it } from 'vitest';
import { objectFindings } from '../../../../src/preflight/objects/judge.ts';
import { placerOf } from '../../../../src/preflight/objects/places.ts';

const object = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
const files = [
  {
    path: 'k8s/web.yaml',
    text: '# ours\nkind: Service\nmetadata: { name: web }\n---\nkind: Deployment\nmetadata:\n  name: "web" # first\nspec:\n  image: nginx:latest\n',
  },
  {
    path: 'chart/templates/worker.yaml',
    text: '{{- if .Values.worker }}\nkind: Deployment\nmetadata:\n  name: {{ include "shop.name" . }}-worker\n{{- end }}\n',
  },
  { path: 'chart/templates/job.yaml', text: 'kind: Job\nmetadata:\n  name: {{ include "shop.name" . }}\n' },
];
const place = placerOf(files);

describe('the place of an object', () => {
  it('is the line that is meant, otherwise that of its kind', () => {
    expect(place(object('Deployment', 'web'), 'image: nginx:latest')).toEqual({ file: 'k8s/web.yaml', line: 9 });
    expect(place(object('Deployment', 'web'), 'no such text')).toEqual({ file: 'k8s/web.yaml', line: 5 });
    expect(place(object('Service', 'web'), '')).toEqual({ file: 'k8s/web.yaml', line: 2 });
  });

  it('is found by the written parts of the name in a template, and below a prefix', () => {
    expect(place(object('Deployment', 'staging-shop-worker'), '')?.file).toBe('chart/templates/worker.yaml');
    expect(place(object('Job', 'shop'), '')).toEqual({ file: 'chart/templates/job.yaml', line: 1 });
    expect(place(object('Service', 'staging-web'), '')?.line).toBe(2);
  });

  it('is found by the file, where several templates make their names elsewhere', () => {
    const made = (path: string, more = '') => ({
      path,
      text: `kind: Deployment\nmetadata:\n  name: {{ include "x" . }}${more}\n`,
    });
    const several = placerOf([
      made('c/templates/deployment.yaml'),
      made('c/templates/api/deployment.yaml'),
      made('c/templates/jobs.yaml', '-{{ $job }}'),
    ]);
    expect(several(object('Deployment', 'shop-api'), '')?.file).toBe('c/templates/api/deployment.yaml');
    expect(several(object('Deployment', 'shop-web'), '')).toBeUndefined();
  });

  it('is the line with the whole text, quoted or not, in no comment', () => {
    const text =
      'kind: Pod\nmetadata: { name: a }\n# image: redis:7\nimage: redis:7.2\nx: "image"\nimage: \'redis:7\'\r\n';
    const at = placerOf([{ path: 'a.yaml', text }]);
    expect(at(object('Pod', 'a'), 'image: redis:7')?.line).toBe(6);
    expect(at(object('Pod', 'a'), 'redis:')?.line).toBe(4);
  });

  it('is not guessed', () => {
    expect(place(object('Ingress', 'web'), '')).toBeUndefined();
    const twice = placerOf(files.map((one) => ({ ...one, path: `copy/${one.path}` })).concat(files));
    expect(twice(object('Job', 'shop'), '')).toBeUndefined();
  });
});

it('a finding has its line, and the same fingerprint without it', () => {
  const web = {
    ...object('Pod', 'web'),
    spec: { containers: [{ name: 'web', image: 'nginx:latest' }] },
  };
  const all = { environment: 'staging', production: false, objects: [web] };
  const [plain] = objectFindings(all);
  const [placed] = objectFindings({ ...all, placer: () => ({ file: 'k8s/web.yaml', line: 9 }) });
  expect(placed?.where).toEqual({ environment: 'staging', object: 'Pod web', file: 'k8s/web.yaml', line: 9 });
  expect(placed?.fingerprint).toBe(plain?.fingerprint);
});
