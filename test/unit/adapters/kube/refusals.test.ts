import { afterEach, describe, expect, it } from 'vitest';
import { openKube } from '../../../../src/adapters/kube/open.ts';
import { EnvironmentError, PermissionMissing, Unreachable, UserError } from '../../../../src/errors.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { refuse, scriptedServer } from '../../../support/kube/scripted-server.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { against, closeServers, closing, errorOf } from '../../../support/unit/kube-against.ts';

afterEach(closeServers);

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'ns' };
const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'ns' } };
const APPLY = { fieldManager: 'slipway' };

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
    expect(error).toBeInstanceOf(PermissionMissing);
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
    expect(error.remedy).toBe('Do what policy.acme.dev asks for, or ask its administrator.');
  });

  it.each([
    ['Role', '`escalate` on roles'],
    ['RoleBinding', '`bind` on this role'],
  ])('CH-22: 403: a %s that grants more than the account has is no policy of the cluster', async (kind, verb) => {
    const message = `roles.rbac.authorization.k8s.io "leader" is forbidden: user "system:serviceaccount:ns:ci" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`;
    const { cluster } = await against((_request, response) => refuse(response, 403, 'Forbidden', message));
    const metadata = { name: 'leader', namespace: 'ns' };
    const error = await errorOf(cluster.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata }, APPLY));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe(
      `${kind} ns/leader: it grants permissions that the account of this run does not have itself`,
    );
    expect(error.details).toEqual(['missing: {APIGroups:[""], Resources:["secrets"], Verbs:["get"]}']);
    expect(error.remedy).toContain(verb);
  });

  it('CH-22: 403: a claim that cannot grow is no policy of the cluster', async () => {
    const error = await refused(
      403,
      'Forbidden',
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
    expect(error.message).toBe('Pod ns/web: its StorageClass does not let a claim grow');
    expect(error.remedy).toContain('allowVolumeExpansion');
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
