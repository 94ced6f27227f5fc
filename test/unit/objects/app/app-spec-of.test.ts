import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { appSpecOf, type Placement } from '../../../../src/objects/app/app-spec-of.ts';

const PLACEMENT: Placement = {
  namespace: 'parking-staging',
  replicas: 2,
  env: { A: '1' },
  secrets: [],
  ingress: undefined,
  labels: {},
  security: 'ordinary',
};

const specOf = (deploy: string) =>
  appSpecOf(
    parseConfig(`app: parking\nimage: { repository: localhost:5000/apps/parking }\ndeploy: ${deploy}\n`, 'slipway.yml'),
    PLACEMENT,
  );

describe('appSpecOf', () => {
  it('sets the defaults of `deploy`', () => {
    expect(specOf('{}')).toMatchObject({ name: 'parking', port: 8080, drainMs: 5_000, startupMs: 60_000 });
    expect(specOf('{ startup: 3m }')).toMatchObject({ startupMs: 180_000, health: undefined });
  });

  it('passes keys of `deploy` through, and keeps what the environment decides', () => {
    const spec = specOf('{ command: [serve], resources: { cpu: 250m }, replicas: 7, env: { B: "2" }, drain: 10s }');
    expect(spec).toMatchObject({ command: ['serve'], resources: { cpu: '250m' }, drainMs: 10_000 });
    expect(spec).toMatchObject({ replicas: 2, env: { A: '1' } });
  });

  it('leaves out what says where the objects come from', () => {
    const spec = specOf('{ migrate: flask db upgrade, reversible: true, manifests: k8s }');
    for (const key of ['migrate', 'reversible', 'manifests', 'startup', 'drain']) expect(spec).not.toHaveProperty(key);
  });
});
