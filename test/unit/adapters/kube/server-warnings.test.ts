import { afterEach, describe, expect, it } from 'vitest';
import { ServerWarnings } from '../../../../src/adapters/kube/server-warnings.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { json } from '../../../support/kube/scripted-server.ts';
import { against, closeServers } from '../../../support/unit/kube-against.ts';

afterEach(closeServers);

const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'ns' } };

describe('warnings of an API server', () => {
  it('CH-24: are logged once each, whatever the number of answers', () => {
    const log = memoryLog();
    const warnings = new ServerWarnings(log);
    const header = '299 - "annotation \\"a\\" is deprecated, use b", 299 - "unknown field \\"x\\""';
    warnings.take(header);
    warnings.take([header, '299 - "a third"']);
    warnings.take(undefined);
    warnings.take('199 - "of a proxy"');
    expect(log.lines).toEqual([
      'warning: the API server warns: annotation "a" is deprecated, use b',
      'warning: the API server warns: unknown field "x"',
      'warning: the API server warns: a third',
    ]);
  });

  it('CH-24: are read from the answers to writes', async () => {
    const { cluster, log } = await against((_request, response) => {
      json(response, 200, object, { warning: '299 - "deprecated since v1.22"' });
    });
    await cluster.apply(object, { fieldManager: 'slipway', dryRun: true });
    await cluster.apply(object, { fieldManager: 'slipway' });
    expect(log.lines).toEqual(['warning: the API server warns: deprecated since v1.22']);
  });
});
