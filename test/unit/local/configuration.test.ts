import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { dnsManifest } from '../../../local/addons/dns.ts';
import { ingressManifest } from '../../../local/addons/ingress.ts';
import { storageManifest } from '../../../local/addons/storage.ts';
import { kubeconfig } from '../../../local/control/kubeconfig.ts';
import { k3dConfig, kindConfig } from '../../../local/docker-nodes.ts';
import { registryConfig } from '../../../local/engine/registry.ts';
import { explain, StepFailed } from '../../../local/machine/progress.ts';
import { network } from '../../../local/network.ts';
import { cniConfig } from '../../../local/node/cni.ts';
import { containerdConfig, nodePaths } from '../../../local/node/containerd.ts';

const documents = (text: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: documents of many kinds
  loadAll(text) as any[];

describe('configuration', () => {
  it('of the addons is well-formed, and names the image that was built', () => {
    const [dns, ingress, storage] = [dnsManifest('r/dns:1'), ingressManifest('r/in:1', 8081), storageManifest].map(
      documents,
    );
    const images = [...(dns ?? []), ...(ingress ?? [])].flatMap(
      (object) => object.spec?.template?.spec?.containers ?? [],
    );
    expect(images.map((container) => container.image)).toEqual(['r/dns:1', 'r/in:1']);
    expect(images[1].args).toContain('-address=127.0.0.1:8081');
    expect(dns?.at(-1).spec.clusterIP).toBe(network.dns);
    expect(storage?.[0].metadata.annotations).toHaveProperty(['storageclass.kubernetes.io/is-default-class'], 'true');
  });

  it('of an administrator has its own context, and the keys inline', () => {
    const access = { server: 'https://10.0.0.1:6443', user: 'admin', ca: 'Y2E=', certificate: 'Y3J0', key: 'a2V5' };
    expect(documents(kubeconfig(access))[0]).toMatchObject({
      'current-context': 'slipway',
      clusters: [{ cluster: { server: 'https://10.0.0.1:6443', 'certificate-authority-data': 'Y2E=' } }],
      users: [{ name: 'admin', user: { 'client-certificate-data': 'Y3J0', 'client-key-data': 'a2V5' } }],
    });
  });

  it('of the registry lets nobody in from outside, and deletes', () => {
    expect(documents(registryConfig(5001, '/a b'))[0]).toMatchObject({
      http: { addr: '127.0.0.1:5001' },
      storage: { filesystem: { rootdirectory: '/a b' }, delete: { enabled: true } },
    });
  });

  it('of pods: addresses from our own range', () => {
    const [ptp] = JSON.parse(cniConfig('/leases')).plugins;
    expect(ptp.ipam.ranges).toEqual([[{ subnet: network.pods }]]);
  });

  it('of containerd: nothing in folders that others share', () => {
    const config = containerdConfig(nodePaths('/opt/cni/bin'), 'localhost:5000/pause');
    expect(config).toContain('restrict_oom_score_adj = true');
    for (const shared of ['/var/lib/containerd', '/run/containerd', '/etc/cni', '"/opt/containerd']) {
      expect(config).not.toContain(shared);
    }
  });

  it('of kind opens the ingress port on this machine only', () => {
    expect(documents(kindConfig(8080))[0].nodes[0].extraPortMappings).toEqual([
      { containerPort: 8080, hostPort: 8080, listenAddress: '127.0.0.1' },
    ]);
  });

  it('of k3d opens the ingress port on this machine only, and finds the registry', () => {
    const [config] = documents(k3dConfig(8080));
    expect(config.ports).toEqual([{ port: '127.0.0.1:8080:8080', nodeFilters: ['server:0:direct'] }]);
    expect(documents(config.registries.config)[0].mirrors['localhost:5000'].endpoint).toEqual([
      'http://slipway-registry:5000',
    ]);
  });
});

describe('a failure', () => {
  it('names its step, cause, log and remedy', () => {
    const text = explain(
      new StepFailed('Start the node', new Error('it died\nlast line'), '/logs/kubelet.log', 'try again'),
    );
    expect(text).toBe(
      '✗ Start the node\n    it died\n    last line\n  Its log: /logs/kubelet.log\n  What to do: try again',
    );
  });
});
