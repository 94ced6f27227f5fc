import { describe, expect, it } from 'vitest';
import { addonsOf, changed, type Objects } from '../../../local/addons/refresh.ts';
import type { Platform } from '../../../local/types.ts';

const platform = (source: Platform['source']) =>
  ({ source, ingress: { className: 'slipway', port: 8081 } }) as Platform;
const workload = (kind: string, name: string, image: string, generation = 1) => ({
  kind,
  metadata: { name, generation },
  spec: { template: { spec: { containers: [{ image }] } } },
});
const live = (generation = 1): Objects => ({
  items: [
    workload('Deployment', 'coredns', 'r/coredns:1', 1),
    workload('DaemonSet', 'skipper', 'r/skipper:2', generation),
  ],
});

describe('the addons of a running platform', () => {
  it('keep their images and their port', () => {
    expect(addonsOf(platform('built'), live())).toEqual([
      expect.stringContaining('kind: StorageClass'),
      expect.stringContaining('image: r/coredns:1'),
      expect.stringMatching(/image: r\/skipper:2[\s\S]*-address=127\.0\.0\.1:8081/),
    ]);
  });

  it('are the ingress controller alone by kind, which listens where the port of the node leads', () => {
    expect(addonsOf(platform('kind'), live())).toEqual([expect.stringContaining('-address=0.0.0.0:8081')]);
  });

  it('are none in the cluster of the user', () => {
    expect(addonsOf(platform('user'), live())).toEqual([]);
  });

  it('are not those whose workload is missing: nobody knows its image', () => {
    expect(addonsOf(platform('kind'), { items: [] })).toEqual([]);
  });

  it('are waited for where they have changed, and nowhere else', () => {
    const others = [{ kind: 'Service', metadata: { name: 'kube-dns' } }];
    expect(changed(live(), { items: [...live().items, ...others] })).toEqual([]);
    expect(changed(live(), { items: [...live(2).items, ...others] })).toEqual(['daemonset/skipper']);
  });
});
