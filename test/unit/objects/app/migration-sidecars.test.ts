import { describe, expect, it } from 'vitest';
import { migrationJobOf } from '../../../../src/objects/app/migration-job.ts';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { refusal } from '../../../support/refusal.ts';

const IMAGE = `r.example/shop@sha256:${'1'.repeat(64)}`;
const workload = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { containers: [{ name: 'web', image: IMAGE }], ...spec } } },
});
const migrated = (spec: object) =>
  podTemplateOf(migrationJobOf(workload(spec), { app: 'shop', image: IMAGE, command: 'migrate', labels: {} }))?.spec;

describe('the pod of a migration', () => {
  it('has the native sidecars of the workload, with their ports and probes, and no other init containers', () => {
    const proxy = {
      name: 'proxy',
      image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.27.0',
      restartPolicy: 'Always',
      ports: [{ name: 'health', containerPort: 9801 }],
      startupProbe: { httpGet: { path: '/startup', port: 'health' } },
    };
    const spec = migrated({ initContainers: [{ name: 'assets', image: IMAGE }, proxy] });
    expect(spec?.initContainers).toEqual([proxy]);
    expect(spec?.containers.map(({ name }) => name)).toEqual(['migrate']);
    expect(migrated({})).not.toHaveProperty('initContainers');
    // The server has the better words for what is no list.
    expect(migrated({ initContainers: 0 })).not.toHaveProperty('initContainers');
  });

  it.each([
    'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.27.0',
    'gcr.io/cloudsql-docker/gce-proxy:1.37.0-alpine',
    'gcr.io/alloydb-connectors/alloydb-auth-proxy@sha256:0',
    'bitnami/pgbouncer',
  ])('cannot reach a database by the plain sidecar %s, which is refused with the remedy', (image) => {
    const containers = [
      { name: 'web', image: IMAGE },
      { name: 'proxy', image },
    ];
    const error = refusal(() => migrated({ containers }));
    expect(error.message).toContain('Deployment web reaches its database by the container proxy');
    expect(error.remedy).toContain('restartPolicy: Always');
  });

  it('is made beside other plain sidecars, which it does not need', () => {
    const containers = [
      { name: 'web', image: IMAGE },
      { name: 'nginx', image: 'nginx:1.27' },
    ];
    expect(migrated({ containers })?.containers).toHaveLength(1);
  });
});
