import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionResult, jobFolders, runAction } from '../../support/action-runner.ts';
import type { GitHubEvent } from '../../support/github-double/events.ts';
import { requirePlatform } from '../../support/platform.ts';
import type { JobFolders } from '../../support/runner/environment.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { Team } from './team.ts';

const available = await requirePlatform('objects of a team’s own');

/** The example's three ways to keep one's own objects, each rolled out by the action from a file next to slipway.yml. */
describe.skipIf(!available)('objects of a team’s own', () => {
  let team: Team;
  let folders: JobFolders;
  let event: GitHubEvent;
  let image: string;

  const action = (name: string, inputs: Record<string, string>): Promise<ActionResult> =>
    runAction({
      action: name,
      inputs,
      folders,
      trigger: { event: event.name, payload: event.payload as never, ref: event.ref, sha: event.sha },
      facts: { apiUrl: team.github.apiUrl, serverUrl: team.github.url, token: team.github.token },
      env: { ...team.machine(), KUBECONFIG: team.platform.kubeconfig },
    });

  beforeAll(async () => {
    if (!available) throw new Error('no platform');
    team = await Team.open(available.platform);
    for (const kind of ['manifests', 'kustomize', 'helm']) {
      team.repository.edit(`deploy/slipway-${kind}.yml`, [
        ['app: parking', `app: ${team.name}`],
        ['localhost:5000/apps/parking', `${team.platform.registry}/e2e/${team.name}`],
        ['namespace: parking-staging', `namespace: ${team.name}-${kind}`],
      ]);
    }
    const files = ['deploy/manifests/web.yml', 'deploy/kustomize/base/web.yml', 'deploy/chart/values.yaml'];
    for (const file of files) {
      team.repository.edit(file, [['localhost:5000/apps/parking', `${team.platform.registry}/e2e/${team.name}`]]);
    }
    team.repository.edit('deploy/kustomize/overlays/staging/kustomization.yaml', [
      ['namespace: parking-staging', `namespace: ${team.name}-kustomize`],
    ]);
    event = team.github.actor.push('main', team.repository.commit('Our own objects'));
    folders = jobFolders(scratchFolder(), team.repository.clone);
    const built = await action('build-image', {});
    expect(built.exitCode, built.output).toBe(0);
    const pushed = await action('push-to-registry', { image: built.outputs.image ?? '' });
    expect(pushed.exitCode, pushed.output).toBe(0);
    image = pushed.outputs.reference ?? '';
  });
  afterAll(async () => {
    expect(await team.close()).toEqual([]);
  });

  it.each([
    ['manifests', 2],
    ['kustomize', 1],
    ['helm', 1],
  ])('%s: rolled out by digest, after the migration, and a second time nothing is changed', async (kind, replicas) => {
    const namespace = team.prepare(kind);
    const inputs = { config: `deploy/slipway-${kind}.yml`, environment: 'staging', image };
    const first = await action('rolling-update', inputs);
    expect(first.exitCode, first.log.lines.join('\n')).toBe(0);
    expect(first.outputs).toMatchObject({ outcome: 'succeeded', changed: 'true', revision: '1' });
    const live = JSON.parse(team.kubectl(['get', 'deployments', '-n', namespace, '-o', 'json'])) as {
      items: {
        spec: { template: { spec: { containers: { image: string }[] } } };
        status: { availableReplicas: number };
      }[];
    };
    expect(live.items).toHaveLength(1);
    expect(live.items[0]?.spec.template.spec.containers[0]?.image).toBe(image);
    expect(live.items[0]?.status.availableReplicas).toBe(replicas);

    const second = await action('rolling-update', inputs);
    expect(second.exitCode, second.log.lines.join('\n')).toBe(0);
    expect(second.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
  });
});
