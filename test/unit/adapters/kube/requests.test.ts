import { afterEach, describe, expect, it } from 'vitest';
import { EnvironmentError, LeaseLost } from '../../../../src/errors.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { json, refuse } from '../../../support/kube/scripted-server.ts';
import { against, closeServers, errorOf } from '../../../support/unit/kube-against.ts';

afterEach(closeServers);

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'ns' };
const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'ns' } };
const APPLY = { fieldManager: 'slipway' };

describe('requests', () => {
  it('are sent again after throttling, as late as the server asks', async () => {
    let asked = 0;
    const { cluster, clock } = await against((_request, response) => {
      asked += 1;
      if (asked === 1) json(response, 429, {}, { 'retry-after': '7' });
      else json(response, 200, object);
    });
    expect(await cluster.get(POD)).toMatchObject(object);
    expect(clock.slept).toHaveLength(1);
    // Not all at the same moment, but never sooner.
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(8_000);
  });

  it('are sent again after 503 and after a broken connection', async () => {
    let asked = 0;
    const { cluster } = await against((_request, response) => {
      asked += 1;
      if (asked === 1) refuse(response, 503, 'ServiceUnavailable', 'etcdserver: leader changed');
      else if (asked === 2) response.destroy();
      else json(response, 200, object);
    });
    expect(await cluster.get(POD)).toMatchObject(object);
    expect(asked).toBe(3);
  });

  it('ask for the version of the server once, and again where that failed', async () => {
    let asked = 0;
    const { cluster } = await against((_request, response) => {
      asked += 1;
      if (asked === 1) json(response, 403, {});
      else json(response, 200, { gitVersion: 'v1.34.0' });
    });
    await expect(cluster.version()).rejects.toThrow();
    expect(await Promise.all([cluster.version(), cluster.version()])).toEqual(['v1.34.0', 'v1.34.0']);
    expect(asked).toBe(2);
  });

  it('that write ask their fence before each attempt', async () => {
    const { cluster, received } = await against((_request, response) => json(response, 503, {}));
    let asked = 0;
    const fence = async () => {
      asked += 1;
      if (asked === 3) throw new LeaseLost('somebody else has it');
      return 5_000;
    };
    expect(await errorOf(cluster.apply(object, { ...APPLY, fence }))).toBeInstanceOf(LeaseLost);
    expect(received.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
  });

  it('that write are given up after the time that their fence gives them', async () => {
    let sent = 0;
    const { cluster } = await against((_request, response) => {
      sent += 1;
      if (sent > 1) json(response, 200, object);
    });
    expect(await cluster.apply(object, { ...APPLY, fence: async () => 300 })).toMatchObject(object);
    expect(sent).toBe(2);
  });

  it('are not sent again once the run was cancelled', async () => {
    const { cluster, received, cancel } = await against((_request, response) => json(response, 503, {}));
    cancel();
    await errorOf(cluster.get(POD));
    expect(received.filter(({ path }) => path.endsWith('/web'))).toHaveLength(1);
  });

  it('get a renewed credential when the first is refused', async () => {
    const authorization = async (renew: boolean) => (renew ? 'Bearer new' : 'Bearer old');
    const { cluster } = await against(
      (request, response) => {
        if (request.authorization === 'Bearer new') json(response, 200, object);
        else refuse(response, 401, 'Unauthorized', 'Unauthorized');
      },
      { authorization },
    );
    expect(await cluster.get(POD)).toMatchObject(object);
  });

  it('say that the credentials are refused, without showing them', async () => {
    const authorization = async (renew: boolean) => (renew ? undefined : 'Bearer secret-token');
    const { cluster } = await against((_request, response) => refuse(response, 401, 'Unauthorized', 'Unauthorized'), {
      authorization,
    });
    const error = await errorOf(cluster.version());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe('cluster test does not accept the credentials (401 Unauthorized)');
    expect(JSON.stringify([error.message, error.details, error.remedy, error.cause])).not.toContain('secret-token');
  });

  it('force only what is never stored', async () => {
    const { cluster, received } = await against((_request, response) => json(response, 200, object));
    // Whatever else a caller hands over: a preview takes no options.
    await Reflect.apply(cluster.preview, cluster, [object, 'slipway', { dryRun: false }]);
    await cluster.apply(object, { ...APPLY, dryRun: false });
    const sent = received.filter(({ method }) => method === 'PATCH').map(({ query }) => query);
    expect(sent.map((query) => [query.get('force'), query.get('dryRun')])).toEqual([
      ['true', 'All'],
      ['false', null],
    ]);
  });

  it('apply without force, strictly, and without what the server keeps itself', async () => {
    const { cluster, received } = await against((_request, response) => json(response, 200, object));
    const metadata = { name: 'web', namespace: 'ns', resourceVersion: '7', uid: 'u', managedFields: [] };
    await cluster.apply({ ...object, metadata, status: { phase: 'Running' } }, { ...APPLY, dryRun: true });
    const sent = received.at(-1);
    expect(sent?.method).toBe('PATCH');
    expect(Object.fromEntries(sent?.query ?? [])).toEqual({
      fieldManager: 'slipway',
      fieldValidation: 'Strict',
      dryRun: 'All',
      force: 'false',
    });
    expect(JSON.parse(sent?.body ?? '')).toEqual(object);
  });

  it('delete only the object that is meant', async () => {
    const { cluster, received } = await against((_request, response) =>
      refuse(response, 409, 'Conflict', 'the UID in the precondition does not match'),
    );
    expect(await cluster.delete(POD, { uid: 'mine' })).toBe(false);
    expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({ preconditions: { uid: 'mine' } });
  });

  it('tell what exists already from what conflicts', async () => {
    const { cluster } = await against((_request, response) =>
      refuse(response, 409, 'AlreadyExists', 'pods "web" already exists'),
    );
    expect(await cluster.create(object, APPLY)).toBeUndefined();
  });

  it('ask discovery for no built-in kind, once for a group, and again for a kind that may come', async () => {
    const { cluster, received } = await against((_request, response) => json(response, 200, object));
    await cluster.get(POD);
    expect(received.map(({ path }) => path)).toEqual(['/api/v1/namespaces/ns/pods/web']);
    const gauge = { apiVersion: 'v1', kind: 'Gauge' };
    expect(await cluster.namespaced(gauge)).toBe(true);
    expect(await cluster.namespaced(gauge)).toBe(true);
    expect(received.filter(({ path }) => path === '/api/v1')).toHaveLength(1);
    expect(await cluster.namespaced({ apiVersion: 'v1', kind: 'Lot' })).toBeUndefined();
    expect(await cluster.namespaced({ apiVersion: 'v1', kind: 'Lot' })).toBeUndefined();
    expect(received.filter(({ path }) => path === '/api/v1')).toHaveLength(2);
  });

  it('list page by page, and begin anew when a page has expired', async () => {
    let expired = false;
    const item = (name: string) => ({ metadata: { name, uid: name } });
    const { cluster } = await against((request, response) => {
      const page = request.query.get('continue');
      if (page === null)
        return json(response, 200, { metadata: { resourceVersion: '1', continue: 'next' }, items: [item('a')] });
      if (!expired) {
        expired = true;
        return refuse(response, 410, 'Expired', 'The provided continue parameter is too old');
      }
      json(response, 200, { metadata: { resourceVersion: '1' }, items: [item('b')] });
    });
    const names = (await cluster.list(POD, { namespace: 'ns' })).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['a', 'b']);
  });
});
