import { mkdirSync, writeFileSync } from 'node:fs';

import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kube/connection.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { createRenderer } from '../../../src/adapters/kube/render/renderer.ts';
import { EnvironmentError, UserError } from '../../../src/errors.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { errorOf } from '../../support/refusal.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const test = await requirePlatform('kustomize and Helm, the real programs');

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, image: registry.example/apps/parking }] } } }
`;

function folder(files: Record<string, string>): string {
  const root = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe.skipIf(!test)('rendering', () => {
  const env = { ...process.env, ...test?.env };
  const context = {
    namespace: 'parking-staging',
    revision: 1,
    isUpgrade: false,
    signal: new AbortController().signal,
    log: memoryLog(),
  };
  const connection: Connection = test
    ? readKubeconfig(test.platform.kubeconfig, test.platform.context)
    : { name: '', server: '' };

  it('by kustomize: an overlay over its base', async () => {
    const path = folder({
      'base/web.yaml': DEPLOYMENT,
      'base/kustomization.yaml': 'resources: [web.yaml]',
      'overlays/staging/kustomization.yaml': 'resources: [../../base]\nnamePrefix: staging-',
    });
    const rendered = await createRenderer(env, connection).render(
      { from: 'kustomize', path: join(path, 'overlays/staging') },
      context,
    );
    expect(rendered.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(['Deployment staging-web']);
  });

  it('by kustomize: how to see its failure by hand', async () => {
    const path = folder({ 'kustomization.yaml': 'resources: [none.yaml]' });
    const error = await errorOf(createRenderer(env, connection).render({ from: 'kustomize', path }, context));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('kubectl kustomize failed (exit code 1)');
    expect(error.remedy).toBe(`It fails by hand as well: kubectl kustomize --enable-helm -- ${path}`);
  });

  it('by kustomize: helmCharts, and what to do about plugins', async () => {
    const path = folder({
      'kustomization.yaml': 'helmGlobals: { chartHome: charts }\nhelmCharts: [{ name: web, releaseName: parking }]',
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0',
      'charts/web/values.yaml': '{}',
      'charts/web/templates/web.yaml': DEPLOYMENT,
    });
    const rendered = await createRenderer(env, connection).render({ from: 'kustomize', path }, context);
    expect(rendered.map(({ object }) => object.kind)).toEqual(['Deployment']);
    const plugin =
      'apiVersion: x/v1\nkind: X\nmetadata: { name: x, annotations: { config.kubernetes.io/function: "exec: { path: ./x }" } }';
    const withPlugin = folder({ 'kustomization.yaml': 'generators: [x.yaml]', 'x.yaml': plugin });
    const error = await errorOf(
      createRenderer(env, connection).render({ from: 'kustomize', path: withPlugin }, context),
    );
    expect(error.remedy).toContain('Slipway runs no plugins of kustomize');
  });

  const chart = {
    'Chart.yaml': 'apiVersion: v2\nname: parking\nversion: 1.0.0\nkubeVersion: ">=1.30.0-0"',
    'values.yaml': 'tag: latest\nreplicas: 1',
    'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }} }
spec:
  replicas: {{ .Values.replicas }}
  template: { spec: { containers: [{ name: web, image: "registry.example/apps/parking:{{ .Values.tag }}", args: [{{ .Values.a.b | quote }}] }] } }
`,
    'templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: hook, annotations: { helm.sh/hook: pre-upgrade } }
spec: { template: { spec: { containers: [] } } }
`,
    'crds/lot.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: lots.acme.dev }',
  };
  const helm = (path: string, overrides = {}) => ({
    from: 'helm' as const,
    chart: path,
    values: [],
    set: { 'a.b': '1.10', replicas: 3 },
    release: 'parking',
    remote: undefined,
    variables: {},
    crds: true,
    ...overrides,
  });

  it('by Helm: values files, single values of their own type, definitions and hooks', async () => {
    const path = folder({ ...chart, 'staging.yaml': 'tag: staging' });
    const rendered = await createRenderer(env, connection).render(
      helm(path, { values: [join(path, 'staging.yaml')] }),
      context,
    );
    expect(rendered.map(({ object }) => object.kind).sort()).toEqual(['CustomResourceDefinition', 'Deployment', 'Job']);
    const text = JSON.stringify(rendered.find(({ object }) => object.kind === 'Deployment')?.object);
    expect(text).toContain('"namespace":"parking-staging"');
    expect(text).toContain('parking:staging');
    expect(text).toContain('"args":["1.10"]');
    expect(text).toContain('"replicas":3');
  });

  it('by Helm: its own words when it fails', async () => {
    const path = folder({ ...chart, 'templates/web.yaml': '{{ fail "tag is missing" }}' });
    const error = await errorOf(createRenderer(env, connection).render(helm(path), context));
    expect(error.message).toBe('helm upgrade failed (exit code 1)');
    expect(error.details.join('\n')).toContain('tag is missing');
  });

  it('says which program is missing', async () => {
    const renderer = createRenderer({ PATH: folder({}) }, connection);
    const error = await errorOf(renderer.render(helm(folder(chart)), context));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe('helm was not found in PATH');
  });

  it('takes a chart whose name looks like a flag for a chart (G2)', async () => {
    const error = await errorOf(createRenderer(env, connection).render(helm('--post-renderer=/bin/true'), context));
    expect(error.message).toMatch(/there is no chart in --post-renderer=/);
  });
});
