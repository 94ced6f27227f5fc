import { describe, expect, it } from 'vitest';
import { refuseZeroReplicas } from '../../../src/plan/zero-replicas.ts';
import { appSpec, deploymentObject } from '../../support/kube/spec.ts';

describe('K10: no replicas', () => {
  const none = deploymentObject(appSpec({ replicas: 0 }));
  const refuse = (object = none, zeroReplicas: 'allowed' | 'refused' = 'refused') =>
    refuseZeroReplicas([object], { environment: 'production', zeroReplicas, idle: ['shop-old'] });

  it('are refused where releases are promoted to, with the ways to say that it is meant', () => {
    expect(() => refuse()).toThrow('parking-staging/web would have no pods (replicas: 0) in production');
    expect(() => refuse()).toThrowError(
      expect.objectContaining({ remedy: expect.stringContaining('environments.production.replicas: 0') }),
    );
  });

  it('of a process are meant where the environment says so, and the remedy names the process', () => {
    const labels = { 'slipway.dev/app': 'shop', 'app.kubernetes.io/component': 'worker' };
    refuse({ ...none, metadata: { ...none.metadata, name: 'shop-old' } });
    expect(() => refuse({ ...none, metadata: { ...none.metadata, name: 'shop-worker', labels } })).toThrowError(
      expect.objectContaining({
        remedy: expect.stringContaining('environments.production.processes.worker.replicas: 0'),
      }),
    );
  });

  it('pass where it is said to be meant, and with any pod', () => {
    const annotations = { 'slipway.dev/zero-replicas': 'allowed' };
    refuse({ ...none, metadata: { ...none.metadata, annotations } });
    refuse(none, 'allowed');
    refuse(deploymentObject(appSpec({ replicas: 1 })));
  });
});
