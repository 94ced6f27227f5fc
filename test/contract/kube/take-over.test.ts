import { afterAll, describe, expect, it } from 'vitest';
import { chartFiles, folder, toolIn } from '../../support/kube/chart.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { requirePlatform } from '../../support/platform.ts';
import { errorOf } from '../../support/refusal.ts';

const test = await requirePlatform('objects that Helm or kubectl deployed before');

const config = (name: string, more = '', data = 'a: "1"') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\ndata: { ${data} }\n`;

const FIRST = {
  'config.yaml': config(
    'config',
    ', annotations: { gone: yes-please }',
    'a: "1", gone: "2", revision: "{{ .Release.Revision }}"',
  ),
  'only-helm.yaml': config('only-helm'),
  'kept.yaml': config('kept', ', annotations: { helm.sh/resource-policy: keep }'),
};

describe.skipIf(!test)('taking over', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const removing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(removing.map((remove) => remove()));
    admin?.close();
  });

  async function scene() {
    if (!test || !admin) throw new Error('no platform');
    const made = await deliveryScene(test, admin, removing);
    const root = folder(chartFiles(test, FIRST));
    const tool = toolIn(test, made.staging);
    const get = async (kind: string, name: string) =>
      JSON.parse(await tool('kubectl', 'get', kind, name, '-o', 'json'));
    const update = (env = {}, deploy = {}) => made.update({ helm: { chart: root }, ...deploy }, env);
    const names = () => tool('kubectl', 'get', 'configmaps,secrets', '-o', 'name');
    return { ...made, root, tool, get, update, names };
  }

  /** The chart as it is when it comes to Slipway: something of it is gone. */
  const next = (root: string) => {
    if (!test) return;
    const empty = { 'only-helm.yaml': '', 'kept.yaml': '' };
    const now = config('config', '', 'a: "2", revision: "{{ .Release.Revision }}"');
    folder(chartFiles(test, { ...empty, 'config.yaml': now }), root);
  };

  it('CH-4, CH-11: from Helm, once: refused without, shown by a dry run, done, and nothing of Helm is left', async () => {
    const { root, tool, get, update, names } = await scene();
    await tool('helm', 'install', 'parking', root);
    await tool('helm', 'upgrade', 'parking', root);
    next(root);
    const refused = await errorOf(update());
    const text = [refused.message, ...refused.details, refused.remedy].join('\n');
    expect(text).toContain('managed by somebody else');
    expect(text).toContain('take-over: true');
    const dry = await update({ INPUT_TAKE_OVER: 'true', INPUT_DRY_RUN: 'true' });
    const shown = JSON.stringify(dry.blocks);
    expect(shown).toContain('taken over from helm');
    expect(shown).toContain('data.gone: \\"2\\" → (none)');
    expect(shown).toMatch(/- ConfigMap [^ ]+\/only-helm \(removed\)/);
    expect(shown).toMatch(/ConfigMap [^ ]+\/kept \(kept\)/);
    expect((await get('configmap', 'config')).data).toEqual({ a: '1', gone: '2', revision: '2' });
    expect(await names()).toContain('sh.helm.release.v1.parking.v2');

    const result = await update({ INPUT_TAKE_OVER: 'true' });
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
    expect(result.outputs.revision).toBe('3');
    const { data, metadata } = await get('configmap', 'config');
    expect(data).toEqual({ a: '2', revision: '3' });
    expect(metadata.annotations).toBeUndefined();
    expect(metadata.labels['app.kubernetes.io/managed-by']).toBe('slipway');
    expect(await names()).not.toMatch(/sh\.helm\.release|only-helm/);
    expect(await names()).toContain('configmap/kept');

    // From now on what the chart takes away is gone, and no further run is forced.
    if (test) folder(chartFiles(test, { 'config.yaml': config('config') }), root);
    expect((await update({ INPUT_TAKE_OVER: 'true' })).outcome).toBe('succeeded');
    expect((await get('configmap', 'config')).data).toEqual({ a: '1' });
    expect((await update()).outcome).toBe('unchanged');
  });

  it('CH-4: from kubectl apply, with what the manifest has lost since', async () => {
    const { root, tool, get, update } = await scene();
    const before = await tool('helm', 'template', 'parking', root);
    const file = `${folder({ 'all.yaml': before })}/all.yaml`;
    await tool('kubectl', 'apply', '-f', file);
    next(root);
    const result = await update({ INPUT_TAKE_OVER: 'true' });
    expect(result.outcome).toBe('succeeded');
    const { data, metadata } = await get('configmap', 'config');
    expect(data).toEqual({ a: '2', revision: '1' });
    expect(metadata.annotations).toBeUndefined();
  });

  it('CH-4: what a controller manages is not taken, and nothing is written', async () => {
    const { root, tool, get, update } = await scene();
    await tool('helm', 'install', 'parking', root);
    const patch = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"config"},"data":{"a":"of-the-operator"}}';
    const file = `${folder({ 'patch.json': patch })}/patch.json`;
    await tool('kubectl', 'apply', '--server-side', '--force-conflicts', '--field-manager=operator', '-f', file);
    next(root);
    const refused = await errorOf(update({ INPUT_TAKE_OVER: 'true' }));
    expect(refused.details.join('\n')).toContain('conflict with "operator"');
    expect((await get('configmap', 'config')).metadata.annotations['meta.helm.sh/release-name']).toBe('parking');
  });

  it('CH-4: objects of another Helm release are refused', async () => {
    const { root, tool, update } = await scene();
    await tool('helm', 'install', 'other', root);
    if (test) folder(chartFiles(test, FIRST), root);
    const refused = await errorOf(update({ INPUT_TAKE_OVER: 'true' }));
    expect(refused.message).toMatch(/of Helm release .+\/other, which is not the one to take over/);
  });
});
