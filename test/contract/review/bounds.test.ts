import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTA, isolationObjects } from '../../../src/plan/review/environment/isolation.ts';
import { ownerLabels } from '../../../src/plan/review/environment/owner.ts';
import type { Cluster, KubeObject } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, SERVE } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('the bounds of review environments'))?.platform;
/** Only a web server of the image: what most of these tests are about needs no database. */
const BARE = {
  deploy: `{ command: "${SERVE}", drain: 1s }`,
  review: '{ host: "pr-{number}-$ID.localhost" }',
};

const quotaOf = (namespace: string) => ({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'review', namespace });

describe.skipIf(!platform).concurrent('the bounds of review environments', () => {
  let stage: ReviewStage;
  let image: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const open = (title: string) => {
    const event = stage.github.actor.openPullRequest({ title, branch: title.replaceAll(' ', '-') });
    const number = stage.github.actor.pullRequests().length;
    return { event, number, namespace: stage.namespace(number) };
  };
  const namespaceOf = (name: string) => stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name });
  const apply = (object: KubeObject) => stage.cluster.apply(object, { fieldManager: 'somebody' });

  it('R10: a namespace of somebody else is not taken over, and nothing is written into it', async () => {
    const { event, namespace, number } = open('somebody else');
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { team: 'theirs' } } });
    const result = await stage.run(event, { image, ...BARE });
    expect(result.outcome).toBe('failed');
    expect(result.error?.message).toContain(`does not belong to pull request #${number}`);
    expect(await stage.cluster.list({ apiVersion: 'v1', kind: 'ResourceQuota' }, { namespace })).toEqual([]);
    expect((await namespaceOf(namespace))?.metadata.labels).not.toHaveProperty('slipway.dev/app');
    expect(stage.github.actor.comments(number)[0]?.body).toContain('does not belong to');
    await stage.run(stage.github.actor.closePullRequest(number));
    expect(await namespaceOf(namespace)).toBeDefined();
    await stage.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  });

  it('R16: a host name that an Ingress of another namespace has is refused, and nothing is written', async ({
    expect,
  }) => {
    const { event, number, namespace } = open('taken');
    const own = await ownNamespace(stage.cluster, 'slipway-taken');
    try {
      const host = `pr-${number}-${stage.repositoryId}.localhost`;
      const backend = { service: { name: 'web', port: { number: 80 } } };
      const rules = [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
      const metadata = { name: 'web', namespace: own.name };
      await apply({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } });
      const result = await stage.run(event, { image, ...BARE });
      expect(result.error?.message).toBe(`the host name ${host} is taken: Ingress ${own.name}/web has it`);
      expect(await namespaceOf(namespace)).toBeUndefined();
    } finally {
      await own.remove();
    }
  });

  it('R15: the API server refuses what would cost more than slipway.yml allows', async ({ expect }) => {
    const { number, namespace } = open('costly');
    const owner = { app: 'parking', repositoryId: stage.repositoryId, number };
    const quota = { ...DEFAULT_QUOTA, pods: 1, memory: '600Mi', storage: '1Gi' };
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: ownerLabels(owner) } });
    const walls = { owner, namespace, quota, podSecurity: 'baseline', exposed: [], egress: [] } as const;
    for (const object of isolationObjects(walls)) await apply(object);
    const create = (kind: string, name: string, spec: object) =>
      stage.cluster.create(
        { apiVersion: 'v1', kind, metadata: { name, namespace }, spec },
        { fieldManager: 'somebody' },
      );
    const refused = (work: Promise<unknown>, why: string) =>
      expect(work).rejects.toMatchObject({ details: [expect.stringContaining(why)] });
    const pod = (resources: object) => ({ containers: [{ name: 'web', image: 'localhost:1/none', resources }] });
    await expect.poll(() => stage.cluster.get(quotaOf(namespace)), { timeout: 120_000 }).toHaveProperty('status.hard');
    await refused(create('Pod', 'big', pod({ limits: { memory: '601Mi' } })), 'exceeded quota: review');
    // One that says nothing gets the default of the LimitRange: without it the quota would refuse it.
    const small = await create('Pod', 'small', pod({}));
    expect(JSON.stringify(small?.spec)).toContain('"memory":"512Mi"');
    await refused(create('Pod', 'second', pod({ limits: { memory: '1Mi' } })), 'exceeded quota: review');
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } };
    await refused(create('PersistentVolumeClaim', 'big', claim), 'exceeded quota: review');
    const balancer = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    await refused(create('Service', 'public', balancer), 'exceeded quota: review');
  });

  it('R1: closed while it is brought up, the environment goes in the same run', async () => {
    const { event, number, namespace } = open('closed meanwhile');
    const { connect } = stage.ports();
    const ports = {
      connect: () => {
        stage.github.actor.closePullRequest(number);
        return connect();
      },
    };
    const result = await stage.run(event, { image, ...BARE, ports });
    expect(result.outputs).toMatchObject({ state: 'removed' });
    expect(await namespaceOf(namespace)).toBeUndefined();
    expect(stage.github.actor.comments(number)[0]?.body).toContain('Closed.');
    expect(stage.github.actor.deployments(`review/pr-${number}`)[0]?.statuses.at(-1)?.state).toBe('inactive');
  });

  it('R1: closed before it began, nothing is written', async () => {
    const { event, number, namespace } = open('closed before');
    stage.github.actor.closePullRequest(number);
    const result = await stage.run(event, { image, ...BARE });
    expect(result.outcome).toBe('unchanged');
    expect(await namespaceOf(namespace)).toBeUndefined();
    expect(stage.github.actor.comments(number)).toEqual([]);
  });

  it('R5, R6: a namespace that stays Terminating is named with the finalizer that keeps it', async ({
    expect,
    onTestFinished,
  }) => {
    const { event, number, namespace } = open('terminating');
    await stage.run(event, { image, ...BARE });
    const held: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace, finalizers: ['example.dev/hold'] },
    };
    await apply(held);
    const release = () => apply({ ...held, metadata: { ...held.metadata, finalizers: [] } });
    // Also when the test fails: nobody else would ever remove the namespace.
    onTestFinished(() => release().then(undefined, () => undefined));
    const closed = stage.github.actor.closePullRequest(number);
    // The namespace controller looks when it likes.
    const clock = jumpingClock(async () => JSON.stringify(await namespaceOf(namespace)).includes('example.dev/hold'));
    expect((await stage.run(closed, { ports: { clock } })).error).toMatchObject({
      message: expect.stringContaining('is still being deleted after 5 min'),
      details: expect.arrayContaining([expect.stringContaining('example.dev/hold')]),
    });
    expect(stage.github.actor.comments(number)[0]?.body).toContain('example.dev/hold');
    // Reopened meanwhile: it waits until the old one is gone.
    const reopened = stage.run(stage.github.actor.reopenPullRequest(number), { image, ...BARE });
    const waiting = `namespace ${namespace} is being deleted: waiting until it is gone`;
    await expect.poll(() => stage.lines, { timeout: 120_000 }).toContain(waiting);
    await release();
    expect((await reopened).outputs.state).toBe('ready');
  });

  it('H8: without the permissions to tell, a good deploy stays a good one', async () => {
    const { event, number } = open('quiet');
    const token = stage.github.actor.addToken({ ...FULL, issues: 'read', pull_requests: 'read', deployments: 'read' });
    const result = await stage.run(event, { image, ...BARE, token });
    expect(result.outcome).toBe('succeeded');
    const warnings = result.annotations.map(({ level, message }) => `${level}: ${message}`).join('\n');
    expect(warnings).toContain('deployments: write');
    expect(warnings).toContain('pull-requests: write');
    expect(stage.github.actor.comments(number)).toEqual([]);
  });

  it('an app that cannot start: the comment has the diagnosis, and the environment stays to look at', async () => {
    const { event, number, namespace } = open('broken');
    const deploy = '{ command: "echo no such table >&2; exit 3" }';
    const result = await stage.run(event, { image, ...BARE, deploy });
    expect(result.outcome).toBe('failed');
    expect(result.outputs.state).toBe('failed');
    const [comment] = stage.github.actor.comments(number);
    expect(comment?.body).toContain('> [!CAUTION]');
    expect(comment?.body).toContain('no such table');
    expect(await namespaceOf(namespace)).toBeDefined();
    expect(stage.github.actor.deployments(`review/pr-${number}`)[0]?.statuses.at(-1)?.state).toBe('failure');
  });

  it('what the API server refuses leaves nothing behind, not even the namespace', async ({ expect }) => {
    const { event, namespace } = open('refused');
    const review = '{ host: "pr-{number}-$ID.localhost", ingress: { annotations: { "no key!": x } } }';
    const result = await stage.run(event, { image, ...BARE, review });
    expect(result.error?.details.join()).toContain('no key!');
    await expect.poll(() => namespaceOf(namespace), { timeout: 120_000, interval: 500 }).toBeUndefined();
  });

  it('R4, R10: a run that is refused does not take its namespace from another run that waits for it', async ({
    expect,
  }) => {
    const { event, namespace } = open('refused beside another');
    const { cluster } = stage;
    let other: Promise<StageResult> | undefined;
    // While the first one validates, the second one finds the namespace, and waits for its turn in it.
    const apply: Cluster['apply'] = async (object, options) => {
      other ??= stage.run(event, { image, ...BARE });
      await expect
        .poll(() => stage.lines.join('\n'), { timeout: 120_000 })
        .toContain(`holds ${namespace}/parking: waiting`);
      return cluster.apply(object, options);
    };
    const connect = async () => Object.assign(Object.create(cluster), { apply });
    const review = '{ host: "pr-{number}-$ID.localhost", ingress: { annotations: { "no key!": x } } }';
    const refused = await stage.run(event, { image, ...BARE, review, ports: { connect } });
    expect(refused.error?.details.join()).toContain('no key!');
    expect(await other).toMatchObject({ outcome: 'succeeded', outputs: { state: 'ready' } });
    expect((await namespaceOf(namespace))?.metadata.annotations).toHaveProperty('slipway.dev/expires-at');
  });

  it('services answer under their names, and everything runs where `restricted` is enforced', async () => {
    const { event, number, namespace } = open('restricted');
    const database = 'database: { image: "$REGISTRY/library/postgres:15" }';
    const cache = 'cache: { engine: memcached, image: "$REGISTRY/library/memcached:1.6" }';
    const jobs = 'jobs: { engine: redis, image: "$REGISTRY/library/redis:7" }';
    const review = `{ host: "pr-{number}-$ID.localhost", podSecurity: restricted, ${database}, services: { ${cache}, ${jobs} } }`;
    const result = await stage.run(event, { image, review });
    expect(result.error).toBeUndefined();
    expect((await namespaceOf(namespace))?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
    const url = `http://pr-${number}-${stage.repositoryId}.localhost:${platform?.ingress.port}/healthz`;
    expect((await visit(url)).status).toBe(200);
  });

  it('black-box tests run against the URL; one that fails is red, and the environment can be looked at', async () => {
    const { event, number } = open('tested');
    const ask = (path: string) =>
      `python3 -c \\"import os, urllib.request; urllib.request.urlopen(os.environ['BASE_URL'] + '${path}')\\"`;
    const tests = (path: string) => `{ api: { run: "${ask(path)}", against: review } }`;
    const good = await stage.run(event, { image, ...BARE, tests: tests('/') });
    expect(good.error).toBeUndefined();
    const [comment] = stage.github.actor.comments(number);
    expect(comment?.body).toContain('Tests</th><td>✅');
    const bad = await stage.run(stage.github.actor.synchronize(number), { image, ...BARE, tests: tests('/none') });
    expect(bad).toMatchObject({ outcome: 'failed', outputs: { state: 'ready' } });
    expect(bad.error?.message).toContain('the environment answers, and its tests do not pass: api');
    const [after] = stage.github.actor.comments(number);
    expect(after?.body).toContain('### ⚠️ Review environment');
    expect(stage.github.actor.deployments(`review/pr-${number}`).at(-1)?.statuses.at(-1)?.state).toBe('success');
  });
});
