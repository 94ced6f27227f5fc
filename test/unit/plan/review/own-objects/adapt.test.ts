import { describe, expect, it } from 'vitest';
import { variablesOf } from '../../../../../src/objects/app/variables.ts';
import { adapt } from '../../../../../src/plan/review/own-objects/adapt.ts';
import {
  dropped,
  inventoryObject,
  inventoryOf,
  together,
} from '../../../../../src/plan/review/own-objects/inventory.ts';
import { leaveOut } from '../../../../../src/plan/review/own-objects/leave-out.ts';
import { relocate } from '../../../../../src/plan/review/own-objects/placement.ts';
import { giveVariables } from '../../../../../src/plan/review/own-objects/variables.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { APP_IMAGE, fromFile, objectOf, webOf } from '../../../../support/unit/rendered.ts';

const adaptation = { ours: new Set([APP_IMAGE]), replicas: undefined, crons: false, tokens: false, tolerations: false };
const adapted = (objects: KubeObject[], more = {}) => {
  const { rendered, notes } = adapt(
    objects.map((object) => fromFile(object)),
    { ...adaptation, ...more },
  );
  return { objects: rendered.map(({ object }) => object), notes };
};

describe('the objects of a team in a review environment', () => {
  it('mount no token', () => {
    const account = objectOf('v1', 'ServiceAccount', 'web', { automountServiceAccountToken: true });
    const { objects, notes } = adapted([account, webOf()]);
    expect(objects[0]).toMatchObject({ automountServiceAccountToken: false });
    expect(objects[1]).toMatchObject({ spec: { template: { spec: { automountServiceAccountToken: false } } } });
    expect(notes).toEqual([expect.stringContaining('its token is not mounted')]);
    expect(adapted([account], { tokens: true }).objects[0]).toMatchObject({ automountServiceAccountToken: true });
  });

  it('tolerate no taints that reserve nodes, unless the default branch allows it', () => {
    const reserved = { key: 'team', operator: 'Exists' };
    const notReady = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' };
    const web = webOf({ tolerations: [reserved, notReady, { operator: 'Exists' }] });
    const { objects, notes } = adapted([web]);
    expect(objects[0]).toMatchObject({ spec: { template: { spec: { tolerations: [notReady] } } } });
    expect(notes).toEqual([expect.stringContaining('its tolerations are left out')]);
    expect(adapted([web], { tolerations: true, tokens: true })).toEqual({ objects: [web], notes: [] });
    expect(adapted([webOf({ tolerations: [notReady] })]).notes).toEqual([]);
    expect(adapted([webOf({ tolerations: [null, 'x'] })]).notes).toHaveLength(1);
  });

  it('have schedules suspended, no autoscaler and no disruption budget, and say so', () => {
    const { objects, notes } = adapted([
      objectOf('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '* * * * *' } }),
      objectOf('autoscaling/v2', 'HorizontalPodAutoscaler', 'web'),
      objectOf('policy/v1', 'PodDisruptionBudget', 'web'),
    ]);
    expect(objects).toEqual([
      expect.objectContaining({ kind: 'CronJob', spec: expect.objectContaining({ suspend: true }) }),
    ]);
    expect(notes).toHaveLength(3);
  });

  it('have the schedules that review.crons names', () => {
    const cron = objectOf('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '* * * * *' } });
    const spec = (crons: boolean | string[]) => adapted([cron], { crons }).objects[0]?.spec;
    expect(spec(true)).not.toHaveProperty('suspend');
    expect(spec(['nightly'])).not.toHaveProperty('suspend');
    expect(spec([])).toHaveProperty('suspend', true);
    expect(() => spec(['weekly'])).toThrow(/no CronJob "weekly"/);
  });

  it('keep their replicas, unless review.replicas says how many', () => {
    expect(adapted([webOf()]).objects[0]).toMatchObject({ spec: { replicas: 3 } });
    expect(adapted([webOf()], { replicas: 1 }).objects[0]).toMatchObject({ spec: { replicas: 1 } });
  });

  it('have no annotations that controllers act on', () => {
    const annotations = {
      'reflector.v1.k8s.emberstack.com/reflects': 'production/keys',
      'external-dns.alpha.kubernetes.io/hostname': 'www.acme.dev',
      'checksum/config': 'x',
      owner: 'web',
    };
    const { objects, notes } = adapted([objectOf('v1', 'Secret', 'keys', { metadata: { annotations } })]);
    expect(objects[0]?.metadata.annotations).toEqual({ 'checksum/config': 'x', owner: 'web' });
    expect(notes).toEqual([expect.stringMatching(/left out: reflector.*, external-dns/)]);
  });

  it('a Job has the hash of its template in its name; a hook has not', () => {
    const job = (image: string, metadata = {}) => objectOf('batch/v1', 'Job', 'load', { metadata, spec: { image } });
    const names = [job('a'), job('a'), job('b')].map((one) => adapted([one]).objects[0]?.metadata.name);
    expect(names[0]).toMatch(/^load-[0-9a-f]{10}$/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
    const hook = job('a', { annotations: { 'helm.sh/hook': 'pre-install' } });
    expect(adapted([hook]).objects[0]?.metadata.name).toBe('load');
  });
});

describe('the namespace of the objects of a team', () => {
  const map = (name: string, namespace?: string) =>
    fromFile(objectOf('v1', 'ConfigMap', name, { metadata: { namespace } }));
  const space = (name: string) => fromFile(objectOf('v1', 'Namespace', name));

  it('is that of the environment, whatever one the files name', () => {
    const { rendered, notes } = relocate([map('a', 'staging'), map('b'), space('staging')], 'parking-pr-7');
    expect(rendered.map(({ object }) => object.metadata)).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(notes).toEqual([expect.stringContaining('Namespace staging is left out')]);
  });

  it('several are refused, with an object of each', () => {
    expect(() => relocate([map('a', 'staging'), map('b', 'kube-system')], 'pr')).toThrow(
      /ConfigMap a is for namespace staging/,
    );
    expect(() => relocate([map('a', 'staging'), space('other')], 'pr')).toThrow(/Namespace other/);
    expect(() => relocate([space('a'), space('b')], 'pr')).toThrow(/Namespace a/);
  });
});

describe('the objects that review.leaveOut names', () => {
  const set = ['a', 'b'].map((name) => fromFile(objectOf('networking.k8s.io/v1', 'NetworkPolicy', name)));

  it('are left out, by kind or by name, and said', () => {
    expect(leaveOut(set, ['NetworkPolicy']).rendered).toEqual([]);
    const { rendered, notes } = leaveOut(set, ['NetworkPolicy/b']);
    expect(rendered).toEqual([set[0]]);
    expect(notes).toEqual(['NetworkPolicy b is left out (review.leaveOut)']);
  });

  it('are refused where there are none', () => {
    expect(() => leaveOut(set, ['NetworkPolicy/c'])).toThrow(/no NetworkPolicy\/c/);
    expect(() => leaveOut(set, ['Role'])).toThrow(/no Role/);
  });
});

describe('the variables of the objects of a team', () => {
  const database = { secret: 'database', names: ['DATABASE_URL'] };
  const given = (object: KubeObject) =>
    giveVariables([fromFile(object)], {
      ours: new Set([APP_IMAGE]),
      database,
      variables: variablesOf({ A: '$(B)' }, {}, []),
    });
  const container = (object: KubeObject | undefined) =>
    (object as unknown as { spec: { template: { spec: { containers: object[] } } } }).spec.template.spec.containers[0];

  it('are those of the environment, in place of those of the files', () => {
    const env = [
      { name: 'DATABASE_URL', value: 'postgres://staging' },
      { name: 'A', value: 'old' },
      { name: 'KEEP', value: 'x' },
    ];
    const { rendered, notes } = given(webOf({}, { env, envFrom: [{ configMapRef: { name: 'settings' } }] }));
    expect(container(rendered[0]?.object)).toMatchObject({
      env: [
        { name: 'KEEP', value: 'x' },
        { name: 'A', value: '$$(B)' },
      ],
      envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'database' } }],
    });
    expect(notes).toEqual(['Deployment web, container web: the environment has its own DATABASE_URL, A']);
  });

  it('a pod that names the Secret of the database itself, and another image, are left alone', () => {
    const env = [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'database', key: 'DATABASE_URL' } } }];
    const { rendered } = given(webOf({}, { env }));
    expect(container(rendered[0]?.object)).toMatchObject({ env: [...env, { name: 'A' }] });
    expect(container(rendered[0]?.object)).not.toHaveProperty('envFrom');
    const other = webOf({}, { image: 'redis:7' });
    expect(given(other).rendered[0]?.object).toEqual(other);
  });

  it('a pod that sets none of them is not noted', () => {
    expect(given(webOf({}, { env: [{ name: 'KEEP', value: 'x' }] })).notes).toEqual([]);
  });
});

describe('the list of the objects of an environment', () => {
  const ref = (name: string, apiVersion = 'v1') => ({ apiVersion, kind: 'ConfigMap', name });
  const owner = { app: 'parking', repositoryId: 1, number: 7 };

  it('is read as it was written', () => {
    const inventory = { objects: [ref('a')], deployed: true };
    expect(inventoryOf(inventoryObject(inventory, owner, 'pr'))).toEqual(inventory);
    expect(inventoryOf(undefined)).toEqual({ objects: [], deployed: false });
    expect(inventoryOf(objectOf('v1', 'ConfigMap', 'x', { data: { objects: '{' } })).objects).toEqual([]);
  });

  it('tells what a deploy no longer contains; the version of an API makes no difference', () => {
    expect(dropped([ref('a'), ref('b')], [objectOf('v1', 'ConfigMap', 'a')])).toEqual([ref('b')]);
    expect(dropped([ref('a', 'x.dev/v1')], [objectOf('x.dev/v2', 'ConfigMap', 'a')])).toEqual([]);
    expect(together([ref('a')], [ref('a'), ref('b')])).toHaveLength(2);
  });
});
