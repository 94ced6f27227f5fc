import { describe, expect, it } from 'vitest';
import { provisionJob } from '../../../../../../src/plan/review/database/shared-server/jobs.ts';
import {
  type OnServer,
  serverObjects,
} from '../../../../../../src/plan/review/database/shared-server/server-objects.ts';
import { planReviewUp } from '../../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../../src/ports.ts';
import {
  givenAddress,
  refuseOpenServer,
} from '../../../../../../src/stages/review/database/shared-server/given-server.ts';
import { ensureServer } from '../../../../../../src/stages/review/database/shared-server/server.ts';
import { MemoryCluster } from '../../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../../support/kube/site.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../../support/unit/review.ts';

const planned = (database: string): OnServer => {
  const config = configOf(`review: { database: { mode: shared, version: "17", ${database} } }`);
  return planReviewUp(reviewInputsOf(), config, pullRequest(), 7, undefined).database as OnServer;
};

describe('SEC-14: what runs with the password of an administrator', () => {
  it('is the image of the running server, not that of slipway.yml', async () => {
    const cluster = new MemoryCluster();
    for (const object of serverObjects(planned('image: "r.example/pg:17"')))
      await cluster.create(object, { fieldManager: 'x' });
    const wanted = planned('image: "evil.example/pg:17"');
    const database = await ensureServer(wanted, siteOf(cluster), false);
    const its = { name: 'parking-pr-7', uid: 'u', since: '2026-10-05T11:00:00Z' };
    const job = JSON.stringify(provisionJob(database, { app: 'parking', repositoryId: 1, number: 7 }, its, 'p'));
    expect(job).toContain('r.example/pg:17');
    expect(job).not.toContain('evil.example');
  });

  const given = planned('server: { namespace: review-db, secret: admin }').server;
  const secret = (
    labels?: Record<string, string>,
    data: object = { PGHOST: 'ZGI=', PGUSER: 'YQ==', PGPASSWORD: 'cA==' },
  ): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'admin', namespace: 'review-db', ...(labels ? { labels } : {}) },
    data,
  });
  const offered = { 'slipway.dev/environment': 'review-databases' };
  const namespace = (labels: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'review-db', labels },
  });

  it('is a Secret that its operator offers by a label', () => {
    expect(givenAddress(given, secret(offered), namespace({}))).toEqual({ host: 'db', port: 5432, sslmode: undefined });
    expect(() => givenAddress(given, secret(), namespace({}))).toThrow(
      expect.objectContaining({
        message: 'Secret review-db/admin (review.database.server.secret) is not offered to review environments',
        remedy: expect.stringContaining('label secret admin slipway.dev/environment=review-databases'),
      }),
    );
    expect(() => givenAddress(given, undefined, namespace({}))).toThrow(/does not exist/);
    expect(() => givenAddress(given, secret(offered, { PGHOST: 'ZGI=' }), undefined)).toThrow(
      /has no PGUSER, PGPASSWORD/,
    );
  });

  it.each(['review', 'review-template'])('is no Secret of an environment (%s)', (environment) => {
    const labelled = namespace({ 'slipway.dev/environment': environment });
    expect(() => givenAddress(given, secret(offered), labelled)).toThrow(/is in a review environment/);
  });

  it('SEC-5: the SQL that closes an open server is in the error', () => {
    const word = 'refused\nrevoke connect on database wiki from public;';
    expect(() => refuseOpenServer(word, given)).toThrow(
      expect.objectContaining({ details: [expect.anything(), 'revoke connect on database wiki from public;'] }),
    );
    expect(() => refuseOpenServer('empty', given)).not.toThrow();
  });
});
