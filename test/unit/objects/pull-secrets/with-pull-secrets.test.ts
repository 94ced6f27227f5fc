import { describe, expect, it } from 'vitest';
import { podTemplateOf, runsImage } from '../../../../src/objects/pod-template.ts';
import { withPullSecrets } from '../../../../src/objects/pull-secrets/with-pull-secrets.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const workload = (kind: string, spec: object): KubeObject => {
  const template = { spec };
  const jobTemplate = { spec: { template } };
  const metadata = { name: 'web' };
  return { apiVersion: 'apps/v1', kind, metadata, spec: kind === 'CronJob' ? { jobTemplate } : { template } };
};
const pod = (image: string, more: object = {}) => ({ containers: [{ name: 'web', image }], ...more });
const secretsOf = (objects: KubeObject[]) => objects.map((object) => podTemplateOf(object)?.spec.imagePullSecrets);

describe('withPullSecrets', () => {
  it.each(['Deployment', 'StatefulSet', 'Job', 'CronJob'])('a %s gets them', (kind) => {
    const given = workload(kind, pod('a'));
    expect(secretsOf(withPullSecrets([given], ['registry', 'mirror']))).toEqual([
      [{ name: 'registry' }, { name: 'mirror' }],
    ]);
    expect(secretsOf([given])).toEqual([undefined]);
  });

  it('a pod with its own keeps them; an empty list is none', () => {
    const own = workload('Deployment', pod('a', { imagePullSecrets: [{ name: 'own' }] }));
    const empty = workload('Deployment', pod('a', { imagePullSecrets: [] }));
    expect(secretsOf(withPullSecrets([own, empty], ['registry']))).toEqual([[{ name: 'own' }], [{ name: 'registry' }]]);
  });

  it('with a condition, only the pods that meet it', () => {
    const init = workload('Deployment', { ...pod('other'), initContainers: [{ name: 'first', image: 'a' }] });
    const objects = [workload('Deployment', pod('a')), init, workload('Deployment', pod('other'))];
    const applied = withPullSecrets(objects, ['registry'], (template) => runsImage(template, new Set(['a'])));
    expect(secretsOf(applied).map((one) => one !== undefined)).toEqual([true, true, false]);
  });
});
