import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kube/connection.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { KUBERNETES_KINDS } from '../../../src/adapters/kube/offline/kubernetes-kinds.ts';
import { createOfflineRenderer } from '../../../src/adapters/kube/render/offline-renderer.ts';
import { createRenderer } from '../../../src/adapters/kube/render/renderer.ts';
import type { HelmSource } from '../../../src/ports.ts';
import { chartFiles, folder } from '../../support/kube/chart.ts';
import { adminCluster, memoryLog } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('rendering without a cluster, against rendering with one');

describe.skipIf(!test)('without a cluster', () => {
  const env = { ...process.env, ...test?.env, DB_PASSWORD: 'hunter2' };
  const signal = new AbortController().signal;
  const context = { namespace: 's', revision: 1, isUpgrade: false, signal, log: memoryLog() };
  const connection: Connection = test
    ? readKubeconfig(test.platform.kubeconfig, test.platform.context)
    : { name: '', server: '' };

  it('a chart gives the objects and hooks that it gives with one, without the values of variables', async () => {
    if (!test) return;
    const root = folder(
      chartFiles(test, {
        'hook.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hook, annotations: { helm.sh/hook: pre-install } }\n',
        'map.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map }\ndata: { version: {{ .Values.version | quote }}, upgrade: "{{ .Release.IsUpgrade }}" }\n',
        'secret.yaml':
          'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: {{ required "no password" .Values.db.password | quote }} }\n',
      }),
    );
    const source: HelmSource = {
      ...{ from: 'helm', chart: root, remote: undefined, values: [], crds: true, release: 'parking' },
      set: { version: '1.10', replicas: 2 },
      variables: { 'db.password': 'DB_PASSWORD' },
    };
    const version = await adminCluster(test.platform).version();
    const names = (all: readonly { object: unknown }[]) =>
      all.map(({ object }) => JSON.stringify(object)).sort((a, b) => (a < b ? -1 : 1));
    const live = names(await createRenderer(env, connection).render(source, context));
    const offline = names(await createOfflineRenderer(env, root, version).render(source, context));
    expect(live.join('\n')).toContain('hunter2');
    expect(offline).toEqual(live.map((text) => text.replace('hunter2', '***')));
  });

  it('each kind of Kubernetes has the scope that the cluster reports', async () => {
    if (!test) return;
    const cluster = adminCluster(test.platform);
    const asked = [...KUBERNETES_KINDS].flatMap(([group, { versions, namespaced, clusterWide }]) => {
      const version = versions.at(-1) ?? '';
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const of = (kinds: readonly string[], scope: boolean) => kinds.map((kind) => ({ apiVersion, kind, scope }));
      return [...of(namespaced, true), ...of(clusterWide, false)];
    });
    const wrong: string[] = [];
    const unserved: string[] = [];
    for (const { scope, ...kind } of asked) {
      const found = await cluster.namespaced(kind);
      if (found === undefined) unserved.push(kind.kind);
      else if (found !== scope) wrong.push(kind.kind);
    }
    expect(wrong).toEqual([]);
    expect(unserved).toEqual([]);
  });
});
