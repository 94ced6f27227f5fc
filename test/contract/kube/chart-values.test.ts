import { afterAll, describe, expect, it } from 'vitest';
import { chartFiles, folder, toolIn } from '../../support/kube/chart.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('what a chart sees of the cluster and of its release');

const configMap = (name: string, data: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data:
${data}`;

const FACTS = configMap(
  'facts',
  `  apps: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  none: {{ .Capabilities.APIVersions.Has "none.example/v1" | quote }}
  version: {{ .Capabilities.KubeVersion.Version | quote }}
  upgrade: {{ .Release.IsUpgrade | quote }}
  install: {{ .Release.IsInstall | quote }}
  revision: {{ .Release.Revision | quote }}
  service: {{ .Release.Service | quote }}
`,
);

const LOOKUP = `{{- $live := lookup "v1" "Secret" .Release.Namespace "store" }}
apiVersion: v1
kind: Secret
metadata: { name: store }
data:
  password: {{ if $live }}{{ $live.data.password }}{{ else }}{{ randAlphaNum 20 | b64enc }}{{ end }}
`;

const RANDOM = `apiVersion: v1
kind: Secret
metadata: { name: store }
stringData:
  password: {{ randAlphaNum 20 | quote }}
  config.ini: |
    mode = {{ .Values.mode | default "a" }}
    token = {{ randAlphaNum 12 }}
---
{{- $ca := genCA "ca" 10 }}
apiVersion: v1
kind: Secret
metadata: { name: tls }
type: kubernetes.io/tls
data:
  tls.crt: {{ $ca.Cert | b64enc }}
  tls.key: {{ $ca.Key | b64enc }}
`;

describe.skipIf(!test)('a chart', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const removing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(removing.map((remove) => remove()));
    admin?.close();
  });

  async function scene(templates: Record<string, string>) {
    if (!test || !admin) throw new Error('no platform');
    const made = await deliveryScene(test, admin, removing);
    const root = folder(chartFiles(test, templates));
    const read = async (namespace: string, kind: string, name: string): Promise<Record<string, string>> => {
      const text = await toolIn(test, namespace)('kubectl', 'get', kind, name, '-o', 'jsonpath={.data}');
      return JSON.parse(text);
    };
    const update = (set = {}) => made.update({ helm: { chart: root, set } });
    const helm = (...args: string[]) => toolIn(test, made.production)('helm', ...args, 'parking', root);
    return { ...made, read, update, helm };
  }

  it('CH-12, hb-23: sees versions, kinds and the history of its release, as with Helm', async () => {
    const { read, update, helm, staging, production } = await scene({ 'facts.yaml': FACTS });
    const facts = async () => [await read(staging, 'configmap', 'facts'), await read(production, 'configmap', 'facts')];
    expect((await update()).outcome).toBe('succeeded');
    await helm('install');
    const [first, byHelm] = await facts();
    expect(first).toEqual(byHelm);
    expect(first).toMatchObject({ apps: 'true', none: 'false', upgrade: 'false', install: 'true', revision: '1' });
    expect((await update()).outcome).toBe('succeeded');
    await helm('upgrade');
    const [second, upgraded] = await facts();
    expect(second).toEqual(upgraded);
    expect(second).toMatchObject({ upgrade: 'true', install: 'false', revision: '2' });
  });

  it('CH-3, hb-08: finds its live objects by lookup, so that a password stays and the second run changes nothing', async () => {
    const { read, update, staging } = await scene({ 'store.yaml': LOOKUP });
    expect((await update()).outcome).toBe('succeeded');
    const before = await read(staging, 'secret', 'store');
    expect((await update()).outcome).toBe('unchanged');
    expect(await read(staging, 'secret', 'store')).toEqual(before);
  });

  it('CH-3: keeps random values that it does not look up, and takes the change beside them', async () => {
    const { read, update, staging, ports } = await scene({ 'store.yaml': RANDOM });
    expect((await update()).outcome).toBe('succeeded');
    const before = { ...(await read(staging, 'secret', 'store')), ...(await read(staging, 'secret', 'tls')) };
    expect((await update()).outcome).toBe('unchanged');
    expect(ports.log.lines.join('\n')).toContain(
      'Secret store: random in the chart, and kept as it is: stringData.password, stringData.config.ini',
    );
    expect((await update({ mode: 'b' })).outcome).toBe('succeeded');
    const after = { ...(await read(staging, 'secret', 'store')), ...(await read(staging, 'secret', 'tls')) };
    const text = (value = '') => Buffer.from(value, 'base64').toString('utf8');
    expect(text(after['config.ini'])).toBe(text(before['config.ini']).replace('mode = a', 'mode = b'));
    expect({ ...after, 'config.ini': '' }).toEqual({ ...before, 'config.ini': '' });
  });
});
