import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinedRenderer } from '../../../src/adapters/kube/render/confined/renderer.ts';
import type { HelmSource, RenderSource } from '../../../src/ports.ts';
import { folder } from '../../support/kube/chart.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const platform = await requirePlatform('rendering of files of a pull request');
const SECRET = 'token-of-the-step';
const CHART = 'apiVersion: v2\nname: app\nversion: 1.0.0\n';
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: stolen }\n';

describe.skipIf(!platform)('files of a pull request are rendered', () => {
  const outside = scratchFolder();
  const made = [outside];
  const requests: string[] = [];
  let web: Server;

  beforeAll(async () => {
    writeFileSync(join(outside, 'key.json'), `{ "private_key": "${SECRET}" }`);
    writeFileSync(join(outside, 'kustomization.yaml'), 'resources: []\n');
    web = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end(SECRET);
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    web.close();
    for (const one of made) rmSync(one, { recursive: true, force: true });
  });

  const checkout = (files: Record<string, string>) => {
    const root = folder(files);
    made.push(root);
    return root;
  };
  const chart = (root: string, more: Partial<HelmSource> = {}): HelmSource => ({
    from: 'helm',
    chart: join(root, 'chart'),
    remote: undefined,
    values: [],
    set: {},
    variables: {},
    crds: false,
    release: 'app',
    ...more,
  });
  const render = async (root: string, source: RenderSource, isUpgrade = false) => {
    const env = {
      ...process.env,
      ...platform?.env,
      // The cluster and the secrets are within reach of the step.
      KUBECONFIG: platform?.platform.kubeconfig,
      GITHUB_TOKEN: SECRET,
      GOOGLE_APPLICATION_CREDENTIALS: join(root, 'gha-creds-0123abcd.json'),
    };
    const context = {
      checkout: root,
      namespace: 'pr-7',
      isUpgrade,
      version: 'v1.30.2',
      apiVersions: ['gateway.networking.k8s.io/v1'],
      signal: new AbortController().signal,
      log: memoryLog(),
    };
    return createConfinedRenderer(env).render(source, context);
  };
  const kustomize = (root: string, path = 'k8s'): RenderSource => ({ from: 'kustomize', path: join(root, path) });
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'rendered',
      (error: Error & { details?: string[] }) => [error.message, ...(error.details ?? [])].join('\n'),
    );

  it('a chart: without the cluster, its hooks too, each object with its template', async () => {
    const root = checkout({
      'chart/Chart.yaml': CHART,
      'chart/templates/a.yaml': `${MAP}data:
  secrets: {{ (lookup "v1" "Secret" "" "").items | default list | len | quote }}
  one: {{ (lookup "v1" "Namespace" "" "kube-system") | toJson | quote }}
  version: {{ .Capabilities.KubeVersion.Version }}
  gateway: {{ .Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1" | quote }}
  foreign: {{ .Capabilities.APIVersions.Has "slipway.skipper/v1" | quote }}
  upgrade: {{ .Release.IsUpgrade | quote }}
  namespace: {{ .Release.Namespace }}
`,
      'chart/templates/hook.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: hook, annotations: { helm.sh/hook: pre-install } }
`,
      'chart/crds/crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.b.c }\n',
    });
    const rendered = await render(root, chart(root), true);
    expect(rendered.map(({ object, location }) => [object.metadata.name, location]).sort()).toEqual([
      ['hook', 'app/templates/hook.yaml'],
      ['stolen', 'app/templates/a.yaml'],
    ]);
    const data = rendered.find(({ object }) => object.metadata.name === 'stolen')?.object.data;
    expect(data).toEqual({
      secrets: '0',
      one: '{}',
      version: 'v1.30.2',
      gateway: 'true',
      foreign: 'false',
      upgrade: 'true',
      namespace: 'pr-7',
    });
  });

  it('a chart reads no variable of the step, and nothing outside of its folder', async () => {
    const root = checkout({
      'chart/Chart.yaml': CHART,
      'chart/templates/a.yaml': `${MAP}data: { file: {{ .Files.Get "../secret.txt" | quote }}, etc: {{ .Files.Get "/etc/passwd" | quote }} }\n`,
      'secret.txt': SECRET,
    });
    const [one] = await render(root, chart(root));
    expect(one?.object.data).toEqual({ file: '', etc: '' });
    const env = checkout({
      'chart/Chart.yaml': CHART,
      'chart/templates/a.yaml': `${MAP}data: { a: {{ env "GITHUB_TOKEN" }} }\n`,
    });
    expect(await failure(render(env, chart(env)))).toMatch(/function "env" not defined/);
  });

  it.each([
    ['a file of the chart', 'chart/files/key.json'],
    ['a template', 'chart/templates/key.yaml'],
    ['a subchart', 'chart/charts/sub'],
  ])('a chart with a link out of the checkout as %s is refused', async (_, path) => {
    const root = checkout({ 'chart/Chart.yaml': CHART, 'chart/templates/a.yaml': MAP });
    mkdirSync(join(root, path, '..'), { recursive: true });
    symlinkSync(path.endsWith('sub') ? outside : join(outside, 'key.json'), join(root, path));
    const message = await failure(render(root, chart(root)));
    expect(message).toContain('leads out of the checkout');
    expect(message).not.toContain(SECRET);
  });

  it.each([
    [
      'values of another folder',
      (root: string) => chart(root, { values: [join(outside, 'key.json')] }),
      'leads out of the checkout',
    ],
    ['a chart of another folder', (root: string) => chart(root, { chart: outside }), 'leads out of the checkout'],
    ['a chart in the root of the repository', (root: string) => chart(root, { chart: root }), 'root of a repository'],
    [
      '.git by a link',
      (root: string) => {
        symlinkSync(join(root, '.git'), join(root, 'chart/git'));
        return chart(root);
      },
      'leads into .git',
    ],
    [
      'credentials of the step by a link',
      (root: string) => {
        writeFileSync(join(root, 'gha-creds-0123abcd.json'), SECRET);
        symlinkSync('../gha-creds-0123abcd.json', join(root, 'chart/creds'));
        return chart(root);
      },
      'credentials of the step',
    ],
    ['manifests of another folder', () => ({ from: 'manifests', path: outside }) as const, 'leads out of the checkout'],
    [
      'a kustomization of another folder',
      () => ({ from: 'kustomize', path: outside }) as const,
      'leads out of the checkout',
    ],
    [
      'a kustomization in the root',
      (root: string) => ({ from: 'kustomize', path: root }) as const,
      'root of a repository',
    ],
  ])('refuses %s', async (_, source, words) => {
    const root = checkout({ '.git/config': SECRET, 'chart/Chart.yaml': CHART, 'chart/templates/a.yaml': MAP });
    const message = await failure(render(root, source(root)));
    expect(message).toContain(words);
    expect(message).not.toContain(SECRET);
  });

  it('a dependency in a folder outside of the checkout is refused', async () => {
    const root = checkout({
      'chart/Chart.yaml': `${CHART}dependencies: [{ name: sub, version: 1.0.0, repository: "file://${outside}" }]\n`,
      'chart/templates/a.yaml': MAP,
    });
    expect(await failure(render(root, chart(root)))).toContain('leads out of the checkout');
  });

  it('a kustomization: bases and generators of the checkout', async () => {
    const root = checkout({
      'k8s/base/kustomization.yaml': 'resources: [a.yaml]\n',
      'k8s/base/a.yaml': MAP,
      'k8s/overlay/kustomization.yaml':
        'resources: [../base]\nconfigMapGenerator: [{ name: made, files: [key=file.txt], literals: ["url=https://acme.dev"] }]\ncommonAnnotations: { docs: https://acme.dev }\n',
      'k8s/overlay/file.txt': 'x',
    });
    const rendered = await render(root, kustomize(root, 'k8s/overlay'));
    expect(rendered.map(({ object }) => object.metadata.name).sort()).toEqual([
      expect.stringMatching(/^made-/),
      'stolen',
    ]);
  });

  it('a generator reads no variable of the step', async () => {
    const root = checkout({
      'k8s/kustomization.yaml': 'configMapGenerator: [{ name: made, envs: [vars] }]\n',
      'k8s/vars': 'GITHUB_TOKEN\nHOME\n',
    });
    const [one] = await render(root, kustomize(root));
    expect(JSON.stringify(one?.object)).not.toContain(SECRET);
    expect(one?.object.data).toMatchObject({ GITHUB_TOKEN: '' });
  });

  it.each([
    ['a base by URL', 'resources: ["https://github.com/acme/base?ref=main"]'],
    ['a base by URL, in another case', 'Resources: ["https://github.com/acme/base?ref=main"]'],
    ['a base by git', 'resources: ["git@github.com:acme/base.git"]'],
    ['a file by URL', 'configMapGenerator: [{ name: a, files: ["k=http://127.0.0.1:PORT/meta"] }]'],
    ['a patch by URL', 'patches: [{ path: "http://127.0.0.1:PORT/patch" }]'],
  ])('refuses %s', async (_, text) => {
    const { port } = web.address() as AddressInfo;
    const root = checkout({ 'k8s/kustomization.yaml': `${text.replace('PORT', String(port))}\n` });
    expect(await failure(render(root, kustomize(root)))).toContain('is not in the checkout');
    expect(requests).toEqual([]);
  });

  it('a generator in a file of its own reaches neither the network nor a program', async () => {
    const inline = (text: string) =>
      checkout({ 'k8s/kustomization.yaml': 'generators: [made.yaml]\n', 'k8s/made.yaml': text });
    const { port } = web.address() as AddressInfo;
    const generator = (url: string) =>
      `{ apiVersion: builtin, kind: ConfigMapGenerator, metadata: { name: a }, files: ["k=${url}"] }\n`;
    const loopback = `http://127.0.0.1:${port}/meta`;
    const hidden: Record<string, string>[] = [
      { 'k8s/kustomization.yaml': 'generators: [made.yaml]\n', 'k8s/made.yaml': generator(loopback) },
      {
        'k8s/kustomization.yaml': 'generators: [more]\n',
        'k8s/more/kustomization.yaml': 'resources: [made.yaml]\n',
        'k8s/more/made.yaml': generator(loopback).replace('builtin', '"built\\x69n"'),
      },
      { 'k8s/kustomization.yaml': `generators:\n  - |\n    ${generator(loopback)}` },
    ];
    for (const files of hidden) {
      const root = checkout(files);
      expect(await failure(render(root, kustomize(root)))).toContain('is not in the checkout');
    }
    expect(requests).toEqual([]);
    const remote = inline(
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: a }\nfiles: ["k=http://metadata.example/token"]\n',
    );
    expect(await failure(render(remote, kustomize(remote)))).not.toBe('rendered');
    const git = inline(
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: a }\nfiles: ["k=../../../../../../etc/passwd"]\n',
    );
    expect(await failure(render(git, kustomize(git)))).toMatch(/security|is not in or below/);
    const exec = inline(
      'apiVersion: v1\nkind: X\nmetadata:\n  name: a\n  annotations: { config.kubernetes.io/function: "exec: { path: ./run.sh }" }\n',
    );
    expect(await failure(render(exec, kustomize(exec)))).not.toBe('rendered');
  });

  it.each([
    ['helmCharts', 'helmCharts: [{ name: app, repo: "https://charts.acme.dev", version: 1.0.0 }]'],
    ['helmChartInflationGenerator', 'helmChartInflationGenerator: [{ chartName: app }]'],
  ])('refuses %s', async (_, text) => {
    const root = checkout({ 'k8s/kustomization.yaml': `${text}\n` });
    expect(await failure(render(root, kustomize(root)))).toContain('helmCharts are not inflated');
  });

  it('a base by a link out of the checkout is refused', async () => {
    const root = checkout({ 'k8s/kustomization.yaml': 'resources: [base]\n' });
    symlinkSync(outside, join(root, 'k8s/base'));
    expect(await failure(render(root, kustomize(root)))).toContain('leads out of the checkout');
  });

  it('manifests by a link out of the checkout are refused, others are read', async () => {
    const root = checkout({ 'k8s/a.yaml': MAP });
    expect(await render(root, { from: 'manifests', path: join(root, 'k8s') })).toHaveLength(1);
    symlinkSync(join(outside, 'key.json'), join(root, 'k8s/key.json'));
    const message = await failure(render(root, { from: 'manifests', path: join(root, 'k8s') }));
    expect(message).toContain('k8s/key.json leads out of the checkout');
  });
});
