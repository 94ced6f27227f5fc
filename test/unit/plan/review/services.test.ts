import { describe, expect, it } from 'vitest';
import { planReviewServices, reviewServiceObjects } from '../../../../src/plan/review/services.ts';
import { configOf } from '../../../support/unit/review.ts';

const servicesOf = (yaml: string, podSecurity: 'baseline' | 'restricted' = 'baseline') =>
  planReviewServices(configOf(`review: { services: ${yaml} }`).review?.services, 'parking', podSecurity);

describe('services', () => {
  it('are known engines, or any image with a port', () => {
    expect(
      servicesOf('{ cache: memcached, jobs: { engine: redis }, search: { image: "r.example/s:1", port: 9200 } }'),
    ).toEqual([
      expect.objectContaining({ name: 'cache', port: 11211, runAs: 11211 }),
      expect.objectContaining({ name: 'jobs', port: 6379, runAs: 999 }),
      expect.objectContaining({ name: 'search', port: 9200, image: 'r.example/s:1', runAs: 'as-built' }),
    ]);
  });

  it('where `restricted` is enforced, an image must not run as root', () => {
    const [search, cache] = servicesOf(
      '{ search: { image: i, port: 1 }, cache: { engine: memcached, image: m } }',
      'restricted',
    );
    expect(search?.runAs).toBe('not-root');
    expect(cache?.runAs).toBe(11211);
    const objects = reviewServiceObjects(search ? [search] : [], { app: 'parking', repositoryId: 1, number: 7 }, 'ns');
    expect(JSON.stringify(objects)).toContain('"runAsNonRoot":true');
    expect(JSON.stringify(objects)).not.toContain('runAsUser');
  });

  it('each is a Deployment and a Service whose name is the host name', () => {
    const objects = reviewServiceObjects(
      servicesOf('{ cache: memcached }'),
      { app: 'parking', repositoryId: 1, number: 7 },
      'ns',
    );
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment cache',
      'Service cache',
    ]);
    expect(objects[1]?.spec).toMatchObject({ selector: { 'slipway.dev/part': 'cache' }, ports: [{ port: 11211 }] });
  });

  it('a command takes the place of CMD, a health check decides on readiness', () => {
    const [service] = servicesOf(
      '{ s: { image: i, port: 1, command: [serve, --fast], health: "ask me", env: { A: 1 } } }',
    );
    const [deployment] = reviewServiceObjects(service ? [service] : [], { app: 'p', repositoryId: 1, number: 7 }, 'ns');
    expect(deployment?.spec).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              args: ['serve', '--fast'],
              env: [{ name: 'A', value: '1' }],
              readinessProbe: { exec: { command: ['sh', '-c', 'ask me'] } },
            },
          ],
        },
      },
    });
  });

  it.each([
    ['{ db: postgres }', /postgres is the engine of a database/],
    ['{ parking: memcached }', /the name "parking" belongs to the app/],
    ['{ database: memcached }', /the name "database" belongs to the database/],
    ['{ s: { image: i } }', /needs a `port`/],
    ['{ s: { port: 1 } }', /needs `engine` or `image`/],
    ['{ s: { engine: redis, name: other } }', /the key is the host name/],
  ])('%s is refused', (yaml, message) => {
    expect(() => servicesOf(yaml)).toThrow(message);
  });
});
