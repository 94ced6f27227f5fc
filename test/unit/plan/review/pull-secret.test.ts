import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { withinBounds } from '../../../../src/plan/review/bounds.ts';
import { PULL_SECRET, pullSecretCopy, refuseReadPullSecret } from '../../../../src/plan/review/pull-secret.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { refusal } from '../../../support/refusal.ts';

const file = (more: string) =>
  parseConfig(`app: parking\nimage: { repository: r.example/apps/parking }\n${more}`, 'slipway.yml');
const within = (own: string, main: string | undefined) =>
  withinBounds(file(own), { branch: 'main', config: main === undefined ? undefined : file(main) }).config.review;

describe('review.pullSecret of a pull request', () => {
  const MAIN = 'review: { pullSecret: { from: slipway-review/registry } }';

  it.each([
    ['another Secret', 'review: { pullSecret: { from: parking/database } }', MAIN],
    ['one, where the default branch names none', MAIN, 'review: {}'],
    ['one, where the default branch has no review', MAIN, ''],
    ['one, where the default branch has no slipway.yml', MAIN, undefined],
  ])('%s is refused', (_title, own, main) => {
    expect(refusal(() => within(own, main)).details.join('\n')).toContain('review.pullSecret');
  });

  it('is that of the default branch where it is left out', () => {
    expect(within('review: { replicas: 1 }', MAIN)?.pullSecret).toEqual({ from: 'slipway-review/registry' });
    expect(within('', MAIN)?.pullSecret).toEqual({ from: 'slipway-review/registry' });
    expect(within(MAIN, MAIN)?.pullSecret).toEqual({ from: 'slipway-review/registry' });
  });
});

describe('the copy', () => {
  it('holds the login alone', () => {
    const source = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'registry', namespace: 'slipway-review', annotations: { 'team.dev/note': 'ours' } },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': 'e30=', more: 'eA==' },
    };
    const copy = pullSecretCopy(source, { app: 'parking', repositoryId: 1, number: 7 }, 'parking-pr-7');
    expect(copy).toMatchObject({ metadata: { name: PULL_SECRET, namespace: 'parking-pr-7' }, type: source.type });
    expect(copy.data).toEqual({ '.dockerconfigjson': 'e30=' });
    expect(copy.metadata.annotations).toBeUndefined();
  });

  const pod = (spec: object): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'web', image: 'a' }], ...spec } } },
  });
  const env = [{ name: 'X', valueFrom: { secretKeyRef: { name: PULL_SECRET, key: '.dockerconfigjson' } } }];
  it.each([
    ['a variable', { containers: [{ name: 'web', image: 'a', env }] }],
    ['all of it as variables', { containers: [{ name: 'web', envFrom: [{ secretRef: { name: PULL_SECRET } }] }] }],
    ['an init container', { initContainers: [{ name: 'first', env }] }],
    ['a volume', { volumes: [{ name: 'x', secret: { secretName: PULL_SECRET } }] }],
    ['a projected volume', { volumes: [{ name: 'x', projected: { sources: [{ secret: { name: PULL_SECRET } }] } }] }],
  ])('is read by no pod: %s', (_title, spec) => {
    expect(refusal(() => refuseReadPullSecret([pod(spec)])).message).toContain(
      `Deployment web: its pods read Secret ${PULL_SECRET}`,
    );
  });

  it('is replaced by no object, and pulled with by every pod', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: PULL_SECRET } };
    expect(refusal(() => refuseReadPullSecret([secret])).message).toContain('the name belongs to');
    expect(() => refuseReadPullSecret([pod({ imagePullSecrets: [{ name: PULL_SECRET }] })])).not.toThrow();
  });
});
