import { describe, expect, it } from 'vitest';
import { chooseCluster } from '../../../src/plan/cluster-choice.ts';

const path = 'projects/acme-apps/locations/europe-west1/clusters/main';
const inputs = { kubeconfig: undefined, context: undefined, cluster: undefined, namespace: undefined };
const configured = { gke: path, endpoint: 'private' as const };
const choose = (cluster: string | undefined, config: Parameters<typeof chooseCluster>[1]) =>
  chooseCluster({ ...inputs, cluster }, config, undefined, '/work', 'environments.staging.cluster');

describe('which address of a GKE cluster', () => {
  it('is what slipway.yml says, also when the input names the same cluster', () => {
    expect(choose(undefined, configured)).toEqual({ by: 'gke', path, endpoint: 'private' });
    expect(choose(path, configured)).toEqual({ by: 'gke', path, endpoint: 'private' });
  });

  it('is not carried over to another cluster', () => {
    const other = path.replace('main', 'review');
    expect(choose(other, configured)).toEqual({ by: 'gke', path: other, endpoint: undefined });
    expect(choose(undefined, { gke: path })).toEqual({ by: 'gke', path, endpoint: undefined });
  });
});
