import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/kube/connection.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { EnvironmentError, LeaseLost, Unreachable, UserError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { type Answer, discovery, json, refuse, scriptedServer } from '../../support/kube/scripted-server.ts';
import { StepClock } from '../../support/step-clock.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'ns' };
const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'ns' } };
const APPLY = { fieldManager: 'slipway' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function against(answer: Answer, connection: Partial<Connection> = {}) {
  const server = await scriptedServer((request, response) =>
    discovery(request, response) ? undefined : answer(request, response),
  );
  closing.push(server.close);
  const clock = new StepClock(0);
  const controller = new AbortController();
  const context = {
    connection: { name: 'test', server: server.url, ...connection },
    clock,
    log: memoryLog(),
    signal: controller.signal,
  };
  return { cluster: openKube(context), clock, received: server.received, cancel: () => controller.abort() };
}

async function errorOf(work: Promise<unknown>): Promise<Error & { details: readonly string[]; remedy: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { details: readonly string[]; remedy: string };
  }
  throw new Error('it did not fail');
}

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

  it('ask discovery once for a group, and again for a kind that may come', async () => {
    const { cluster, received } = await against((_request, response) => json(response, 200, object));
    await cluster.get(POD);
    await cluster.get(POD);
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

describe('what the API server refuses', () => {
  const refused = async (code: number, reason: string, message: string, causes: unknown[] = []) => {
    const { cluster } = await against((_request, response) => refuse(response, code, reason, message, { causes }));
    return errorOf(cluster.apply(object, APPLY));
  };

  it('403: the permission that is missing, and the rule that gives it', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'pods "web" is forbidden: User "system:serviceaccount:ns:ci" cannot patch resource "pods" in API group "" in the namespace "ns"',
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe('no permission to patch pods in namespace ns');
    expect(error.details).toEqual(['user: system:serviceaccount:ns:ci']);
    expect(error.remedy).toContain('- { apiGroups: [""], resources: ["pods"], verbs: ["patch"] }');
  });

  it('403: who may not see a namespace needs a ClusterRole, for it may not be there yet', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'namespaces "pr-1" is forbidden: User "ci" cannot get resource "namespaces" in API group "" in the namespace "pr-1"',
    );
    expect(error.message).toBe('no permission to get namespaces');
    expect(error.remedy).toContain('Add to a ClusterRole');
  });

  it('403: a subresource is named as RBAC wants it', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'pods "web" is forbidden: User "ci" cannot get resource "pods/log" in API group "" in the namespace "ns"',
    );
    expect(error.remedy).toContain('resources: ["pods/log"]');
  });

  it('403: a quota is not a permission', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'pods "web" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('Pod ns/web: a quota or limit of the namespace refuses it');
  });

  it('403: an admission webhook is named', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'admission webhook "policy.acme.dev" denied the request: no latest tag',
    );
    expect(error.remedy).toBe('Do what policy.acme.dev asks for, or ask whoever runs it.');
  });

  it('403: a namespace that is going away', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'pods "web" is forbidden: unable to create new content in namespace ns because it is being terminated',
    );
    expect(error.message).toBe('Pod ns/web: its namespace is being deleted');
  });

  it('404: a namespace that is missing, with the command that makes it', async () => {
    const error = await refused(404, 'NotFound', 'namespaces "ns" not found');
    expect(error).toMatchObject({
      message: 'namespace ns does not exist',
      remedy: 'Create it once: kubectl create namespace ns',
    });
  });

  it('409: each field and its manager', async () => {
    const cause = (field: string) => ({
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-client-side-apply" using v1',
      field,
    });
    const error = await refused(409, 'Conflict', 'Apply failed with 2 conflicts', [cause('.spec.a'), cause('.spec.b')]);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('Pod ns/web: 2 fields are managed by somebody else');
    expect(error.details).toEqual([
      '.spec.a: conflict with "kubectl-client-side-apply" using v1',
      '.spec.b: conflict with "kubectl-client-side-apply" using v1',
    ]);
    expect(error.remedy).toContain('Slipway never forces.');
  });

  it('409: what an autoscaler owns', async () => {
    const cause = {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kube-controller-manager"',
      field: '.spec.replicas',
    };
    expect((await refused(409, 'Conflict', 'Apply failed', [cause])).remedy).toContain('leave spec.replicas out');
  });

  it('422: the fields', async () => {
    const causes = [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers' }];
    const error = await refused(422, 'Invalid', 'Pod "web" is invalid', causes);
    expect(error).toBeInstanceOf(UserError);
    expect(error.details).toEqual(['spec.containers: Required value']);
  });

  it('422: a field that cannot be changed is not deleted and made anew', async () => {
    const causes = [
      { reason: 'FieldValueInvalid', message: 'Invalid value: …: field is immutable', field: 'spec.selector' },
    ];
    const error = await refused(422, 'Invalid', 'Deployment.apps "web" is invalid', causes);
    expect(error.message).toBe('Pod ns/web: a field cannot be changed once the object exists');
    expect(error.remedy).toContain('Slipway does not delete it');
  });

  it('500 for a value that cannot be read is the user’s, and not tried again', async () => {
    const { cluster, clock } = await against((_request, response) =>
      refuse(response, 500, '', "failed to convert new object: quantities must match the regular expression '^…$'"),
    );
    expect(await errorOf(cluster.apply(object, APPLY))).toBeInstanceOf(UserError);
    expect(clock.slept).toEqual([]);
  });

  it('500: a webhook that does not answer is named, after 30 seconds of patience', async () => {
    const { cluster, clock } = await against((_request, response) =>
      refuse(
        response,
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "policy.acme.dev": connection refused',
      ),
    );
    const error = await errorOf(cluster.apply(object, APPLY));
    expect(error.message).toBe('Pod ns/web: the admission webhook policy.acme.dev does not answer');
    expect(clock.now()).toBeGreaterThan(20_000);
    expect(clock.now()).toBeLessThanOrEqual(30_000);
  });

  it('text from a policy cannot command the runner', async () => {
    const error = await refused(403, 'Forbidden', '::error::owned ##[set-env name=x]y');
    expect(error.details.join()).not.toMatch(/^::|##\[/);
  });

  it('something else than an API server', async () => {
    const { cluster } = await against((_request, response) => response.end('<html>Sign in</html>'));
    expect((await errorOf(cluster.get(POD))).message).toBe('what answers is not an API server: <html>Sign in</html>');
  });
});

describe('a cluster that cannot be reached', () => {
  const at = (server: string) =>
    openKube({
      connection: { name: 'test', server },
      clock: new StepClock(0),
      log: memoryLog(),
      signal: new AbortController().signal,
    });

  it('is told with the address', async () => {
    const server = await scriptedServer(() => undefined);
    await server.close();
    const error = await errorOf(at(server.url).version());
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.message).toContain(`cluster test (${server.url}) cannot be reached: connect ECONNREFUSED`);
    expect(error.remedy).toContain('Nothing listens at this address');
  });

  it('because its name does not exist', async () => {
    const error = await errorOf(at('http://none.invalid:6443').version());
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.remedy).toMatch(/host name/);
  });

  it('because it does not speak TLS', async () => {
    const server = await scriptedServer((_request, response) => response.end());
    closing.push(server.close);
    const error = await errorOf(at(server.url.replace('http:', 'https:')).version());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('cluster test');
  });
});
