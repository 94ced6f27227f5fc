import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { refuseUnreplacedPods } from '../../../src/objects/unreplaced-pods.ts';

const IMAGE = `r/app@sha256:${'a'.repeat(64)}`;
const IMAGES = { app: IMAGE };
const rendered = (kind: string, image: string) => [
  {
    object: {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', image }] } } },
    },
    location: 'k8s/web.yaml:1',
  },
];

describe('CH-8: a controller that does not replace its pods', () => {
  it.each(['ReplicaSet', 'ReplicationController'])(
    '%s: is refused with the image, before anything is written',
    (kind) => {
      expect(() => refuseUnreplacedPods(rendered(kind, IMAGE), IMAGES)).toThrow(UserError);
      expect(() => refuseUnreplacedPods(rendered(kind, IMAGE), IMAGES)).toThrow(
        `k8s/web.yaml:1: ${kind} web runs an image of slipway.yml, and does not replace its pods when the image changes`,
      );
    },
  );

  it('may run another image, which does not change', () => {
    expect(() => refuseUnreplacedPods(rendered('ReplicaSet', 'redis:7'), IMAGES)).not.toThrow();
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'])('%s: replaces them', (kind) => {
    expect(() => refuseUnreplacedPods(rendered(kind, IMAGE), IMAGES)).not.toThrow();
  });
});
