import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionOptions } from '../support/action-runner.ts';
import { accountOf, CLUSTER, documentedSetup, PROJECT, PUSH_TO_MAIN } from '../support/google/acme.ts';
import { type GoogleCloud, startGoogleCloud } from '../support/google/google-cloud.ts';
import { runScript } from '../support/google/in-namespace.ts';
import { whyNoOwnHosts } from '../support/google/own-hosts.ts';
import type { ActionAnswer } from '../support/google/run-action.ts';
import { skipUnless } from '../support/google/skip.ts';
import { nodeVersion } from '../support/node-versions.ts';
import { scratchFolder } from '../support/runner/scratch.ts';

const image = `europe-west1-docker.pkg.dev/${PROJECT}/apps/parking@sha256:${'0'.repeat(64)}`;
const clusters = ['main', 'review'].map((name) => ({ name, location: 'europe-west1' }));

/** The unmodified bundle, through rolling-update's action.yml, with `cluster: projects/…` as its input. */
describe.skipIf(skipUnless('the bundle and Google', whyNoOwnHosts()))('the bundle and Google', () => {
  let cloud: GoogleCloud;
  const workspace = scratchFolder();

  beforeAll(async () => {
    cloud = await startGoogleCloud({ job: PUSH_TO_MAIN, project: PROJECT, clusters, ...documentedSetup() });
    const config = `app: parking
image: { repository: europe-west1-docker.pkg.dev/${PROJECT}/apps/parking }
environments: { staging: { namespace: parking-staging } }
`;
    writeFileSync(join(workspace, 'slipway.yml'), config);
  });
  afterAll(() => cloud.close());

  async function rollingUpdate(major: number, cluster: string, env: Record<string, string>): Promise<ActionAnswer> {
    const { owner, ownerId, repository, repositoryId: id } = PUSH_TO_MAIN;
    const account = { login: owner, id: ownerId };
    const pushedTo = { id, full_name: `${owner}/${repository}`, default_branch: 'main', owner: account };
    const options: ActionOptions = {
      action: 'rolling-update',
      inputs: { environment: 'staging', image, cluster, 'github-token': '' },
      trigger: {
        event: 'push',
        payload: {
          ref: 'refs/heads/main',
          before: '0'.repeat(40),
          after: '1'.repeat(40),
          deleted: false,
          repository: pushedTo,
          sender: { login: 'developer', id: 7 },
        },
      },
      workspace,
      env,
      node: await nodeVersion(major),
    };
    return runScript('run-action.ts', options, cloud.hosts);
  }

  describe.each([20, 24])('on Node %i', (major) => {
    it('signs in, asks GKE and offers the cluster that was meant', async () => {
      const env = cloud.env({ serviceAccount: accountOf('staging') });
      const wrong = CLUSTER.replace('/main', '/mian');
      const { exitCode, annotations, log, outputs } = await rollingUpdate(major, wrong, env);
      expect([exitCode, outputs.outcome]).toEqual([1, 'failed']);
      expect(annotations).toEqual([
        expect.objectContaining({ level: 'error', message: expect.stringContaining(`there is no cluster ${wrong}`) }),
      ]);
      expect(log).toContain(`Did you mean ${CLUSTER}?`);
      for (const token of cloud.tokens.all) expect(log).not.toContain(token);
      expect(cloud.gke.slice(-2)).toEqual([`GetCluster ${wrong}`, `ListClusters projects/${PROJECT}/locations/-`]);
      expect(cloud.violations).toEqual([]);
    });

    it('says what to add to the workflow where nobody signed in', async () => {
      const { exitCode, annotations, log } = await rollingUpdate(major, CLUSTER, {});
      expect(exitCode).toBe(1);
      expect(annotations[0]?.message).toContain('there are no Google credentials');
      expect(log).toMatch(/id-token: write.*google-github-actions\/auth/s);
    });
  });
});
