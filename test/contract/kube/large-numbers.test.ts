import { afterAll, describe, expect, it } from 'vitest';
import { readDocuments } from '../../../src/adapters/kube/render/documents.ts';
import { stringifyJson } from '../../../src/text/json.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('whole numbers of 64 bits on the real cluster');
const GROUP = `hb06-${process.pid}.example.dev`;
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: accounts.${GROUP} }
spec:
  group: ${GROUP}
  scope: Namespaced
  names: { plural: accounts, singular: account, kind: Account }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: { accountId: { type: integer, format: int64 }, retentionBytes: { type: integer, format: int64 } }
`;

/** A Deployment, a definition, and an account with these numbers as a person writes them. */
function manifests(image: string, command: string[], accountId: string): string {
  return `${DEFINITION}---
apiVersion: ${GROUP}/v1
kind: Account
metadata: { name: team }
spec: { accountId: ${accountId}, retentionBytes: 9223372036854775807 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: web, image: "${image}", command: ${JSON.stringify(command)}, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }]
`;
}

describe.skipIf(!test)('whole numbers of 64 bits on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);
  afterAll(async () => {
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    await cluster?.delete({ ...definition, name: `accounts.${GROUP}` });
  });

  it('hb-06: are applied, compared, recorded and rolled back exactly', async () => {
    if (!test || !cluster) throw new Error('no platform');
    const { updateOwn, image, staging } = await deliveryScene(test, cluster, namespaces);
    const release = (command: string[], accountId: string) =>
      updateOwn(readDocuments(manifests(image, command, accountId), 'all.yaml').map(({ object }) => object));
    const live = async () => {
      const account = await cluster.get({
        apiVersion: `${GROUP}/v1`,
        kind: 'Account',
        name: 'team',
        namespace: staging,
      });
      return stringifyJson(account?.spec);
    };

    expect((await release(serve(), '9007199254740993')).outcome).toBe('succeeded');
    expect(await live()).toBe('{"accountId":9007199254740993,"retentionBytes":9223372036854775807}');
    expect((await release(serve(), '9007199254740993')).outcome).toBe('unchanged');

    const broken = await release(['sh', '-c', 'exit 3'], '9007199254740995');
    expect(broken.outcome).toBe('rolled-back');
    expect(await live()).toBe('{"accountId":9007199254740993,"retentionBytes":9223372036854775807}');
  });
});
