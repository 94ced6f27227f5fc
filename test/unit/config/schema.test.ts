import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { jsonSchema, keysAt } from '../../../src/config/keys.ts';

const published = JSON.parse(readFileSync('schema/slipway.schema.json', 'utf8'));

describe('the JSON Schema for editors', () => {
  it('is the one that the definition generates', () => {
    expect(published).toEqual({ title: 'slipway.yml', ...JSON.parse(JSON.stringify(jsonSchema())) });
  });

  it('accepts a full file and refuses an unknown key', () => {
    const validate = new Ajv2020({ strict: false }).compile(published);
    const config = {
      app: 'parking',
      image: { repository: 'europe-west1-docker.pkg.dev/acme/apps/parking' },
      tests: { unit: { run: 'pytest -q', services: ['postgres'], report: 'reports/junit.xml' } },
      deploy: { port: 8080, health: '/healthz', replicas: 2, migrate: ['flask', 'db', 'upgrade'] },
      review: {
        host: 'pr-{number}.parking.review.acme.dev',
        database: { engine: 'postgres', seed: 'db/seed.sql' },
        services: { cache: { engine: 'memcached' } },
        ttl: '7d',
      },
      environments: {
        staging: { cluster: { gke: 'projects/a/locations/b/clusters/c' }, namespace: 'parking-staging' },
      },
    };
    expect(validate(config)).toBe(true);
    expect(validate({ ...config, deplyo: {} })).toBe(false);
  });
});

describe('keysAt', () => {
  it('knows the keys of nested objects, records and unions', () => {
    expect(keysAt(['tests', 'unit'])).toContain('report');
    expect(keysAt(['tests', 'unit', 'services', 0])).toContain('health');
    expect(keysAt(['environments', 'staging', 'cluster'])).toEqual(expect.arrayContaining(['gke', 'context']));
    expect(keysAt(['nowhere'])).toEqual([]);
  });
});
