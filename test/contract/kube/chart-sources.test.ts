import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { chartFiles, folder } from '../../support/kube/chart.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { requirePlatform } from '../../support/platform.ts';
import { errorOf } from '../../support/refusal.ts';

const test = await requirePlatform('where charts come from');

const FACTS = `apiVersion: v1
kind: ConfigMap
metadata: { name: facts }
data:
  list: {{ join "," .Values.list | quote }}
  gone: {{ .Values.gone | default "nothing" | quote }}
  version: {{ .Values.version | quote }}
  secret: {{ .Values.secret | quote }}
`;
const VALUES = 'replicas: 1\nlist: [a, b]\ngone: here\nversion: "0"\nsecret: ""\n';
const DRY = { INPUT_DRY_RUN: 'true' };

describe.skipIf(!test)('a chart', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const closing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(closing.map((close) => close()));
    admin?.close();
  });

  async function scene() {
    if (!test || !admin) throw new Error('no platform');
    const made = await deliveryScene(test, admin, closing);
    const files: Record<string, string> = { ...chartFiles(test, { 'facts.yaml': FACTS }), 'values.yaml': VALUES };
    const helm = async (...args: string[]) => {
      const env = { ...process.env, ...test.env };
      const { stdout, stderr } = await promisify(execFile)(join(test.platform.tools.dir, 'helm'), args, { env });
      return stdout + stderr;
    };
    const facts = async () => {
      const object = await admin.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'facts', namespace: made.staging });
      return object?.data;
    };
    const registry = `oci://${test.platform.registry.replace(/^https?:\/\//, '')}`;
    return { ...made, files, helm, facts, registry };
  }

  it('CH-19, hb-31: from a registry, by version and by digest', async () => {
    const { files, helm, registry, update } = await scene();
    const target = folder({});
    await helm('package', folder(files), '-d', target);
    const pushed = await helm('push', join(target, 'parking-1.0.0.tgz'), `${registry}/charts-of-a-test`);
    const chart = `${registry}/charts-of-a-test/parking`;
    const byVersion = await update({ helm: { chart, version: '1.0.0' } }, DRY);
    expect(JSON.stringify(byVersion.blocks)).toContain('parking-web (new)');
    const digest = /sha256:[0-9a-f]{64}/.exec(pushed)?.[0];
    const byDigest = await update({ helm: { chart: `${chart}@${digest}` } }, DRY);
    expect(JSON.stringify(byDigest.blocks)).toContain('parking-web (new)');
    const missing = await errorOf(update({ helm: { chart, version: '9.9.9' } }, DRY));
    expect(missing.message).toBe('helm pull failed (exit code 1)');
    expect(missing.remedy).toContain('may this runner pull it?');
  });

  it('CH-19: from a repository, and with dependencies that are built as they are locked', async () => {
    const { files, helm, update } = await scene();
    const repository = folder({});
    await helm('package', folder(files), '-d', repository);
    const sub = {
      'Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
      'templates/sub.yaml': FACTS.replace('facts', 'of-sub'),
    };
    await helm('package', folder({ ...sub, 'values.yaml': VALUES }), '-d', repository);
    const server = createServer((request, response) => {
      try {
        response.end(readFileSync(join(repository, decodeURIComponent(request.url ?? ''))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await helm('repo', 'index', repository, '--url', url);
    const fromRepository = await update({ helm: { chart: 'parking', repository: url, version: '1.0.0' } }, DRY);
    expect(JSON.stringify(fromRepository.blocks)).toContain('parking-web (new)');

    const dependencies = `dependencies: [{ name: sub, version: 0.1.0, repository: "${url}" }]\n`;
    const parent = folder({ ...files, 'Chart.yaml': `${files['Chart.yaml'] ?? ''}${dependencies}` });
    const unlocked = await errorOf(update({ helm: { chart: parent } }, DRY));
    expect(unlocked.message).toContain('dependencies that are not locked: sub 0.1.0');
    await helm('dependency', 'update', parent);
    const locked = folder({
      ...files,
      'Chart.yaml': `${files['Chart.yaml'] ?? ''}${dependencies}`,
      'Chart.lock': readFileSync(join(parent, 'Chart.lock'), 'utf8'),
    });
    const built = await update({ helm: { chart: locked } }, DRY);
    expect(JSON.stringify(built.blocks)).toContain('of-sub (new)');
  });

  it('CH-19: with lists, null, several files and values from variables, which are in no argument', async () => {
    const { files, update, facts, ports } = await scene();
    const root = folder({ ...files, 'a.yaml': 'version: "1"\nlist: [x]', 'b.yaml': 'version: "2"' });
    const helm = {
      chart: root,
      values: [join(root, 'a.yaml'), join(root, 'b.yaml')],
      set: { list: ['c', 'd'], gone: null },
      variables: { secret: 'SLIPWAY_TEST_SECRET' },
    };
    const unset = await errorOf(update({ helm }));
    expect(unset.message).toBe('deploy.helm.variables: not set: SLIPWAY_TEST_SECRET');
    process.env.SLIPWAY_TEST_SECRET = 'a,b={c}';
    if (!test || !admin) return;
    const { realPorts } = await import('../../support/kube/real.ts');
    const result = await update({ helm }, {}, 'c1', realPorts(test, admin));
    expect(result.outcome).toBe('succeeded');
    expect(await facts()).toEqual({ list: 'c,d', gone: 'nothing', version: '2', secret: 'a,b={c}' });
    expect(ports.log.lines.join('\n')).not.toContain('a,b={c}');
  });

  it('hb-31: that is not there', async () => {
    const { update } = await scene();
    const error = await errorOf(update({ helm: { chart: '/nowhere/chart' } }, DRY));
    expect(error.message).toBe('deploy.helm.chart: there is no chart in /nowhere/chart (no Chart.yaml)');
  });
});
