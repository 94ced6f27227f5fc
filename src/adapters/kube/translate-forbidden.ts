import { EnvironmentError, PermissionMissing, type SlipwayError, UserError } from '../../errors.ts';
import { rbacRule } from '../../objects/permissions/rbac-rule.ts';
import { policyDenial } from '../../readiness/policy-denial.ts';
import { inOrder } from '../../text/in-order.ts';
import type { ApiFailure } from './failure.ts';

/**
 * 403 has six meanings: a missing permission, a Role with more rights than the account has, a claim that cannot grow, a
 * namespace that is being deleted, a quota, and a policy (Pod Security, an admission webhook).
 */
export function translateForbidden(error: ApiFailure, what: string, said: string): SlipwayError {
  const denied = deniedIn(said);
  if (denied) return permissionMissing(denied, error);
  const escalation = escalationIn(what, said, error);
  if (escalation) return escalation;
  if (/only dynamically provisioned pvc can be resized/.test(said)) {
    return new UserError(`${what}: its StorageClass does not let a claim grow`, {
      details: [said],
      remedy:
        'Go back to the old size; or let the class expand volumes, if its driver can: kubectl patch storageclass <class> -p \'{"allowVolumeExpansion": true}\'',
      cause: error,
    });
  }
  if (/being terminated|is terminating/.test(said)) {
    return new EnvironmentError(`${what}: its namespace is being deleted`, {
      details: [said],
      remedy: 'Wait until it is deleted, then run this again.',
      cause: error,
    });
  }
  if (said.includes('exceeded quota') || inOrder(said, 'maximum ', ' usage per')) {
    return new UserError(`${what}: a quota or limit of the namespace refuses it`, {
      details: [said],
      remedy: 'Lower deploy.resources or deploy.replicas, or raise the ResourceQuota or LimitRange of the namespace.',
      cause: error,
    });
  }
  const policy = policyDenial(error.status.message);
  return new UserError(`${what}: ${policy?.name ?? 'a policy of the cluster'} refuses it`, {
    details: [said],
    remedy: policy?.remedy ?? policyRemedy(said),
    cause: error,
  });
}

/**
 * RBAC's own rule: nobody grants what they do not have.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
function escalationIn(what: string, said: string, error: ApiFailure): SlipwayError | undefined {
  const missing = said.split(/is attempting to grant RBAC permissions not currently held:?/)[1]?.trim();
  if (missing === undefined) return undefined;
  const isBinding = /Binding\b/.test(what);
  return new EnvironmentError(`${what}: it grants permissions that the account of this run does not have itself`, {
    details: [`missing: ${missing}`],
    remedy: `Give the account these permissions; or the verb ${isBinding ? '`bind` on this role' : '`escalate` on roles'}, which lets it grant any.`,
    cause: error,
  });
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go */
function deniedIn(message: string): Denied | undefined {
  const [, user = '', verb = '', resource = ''] =
    /User "([^"]*)" cannot (\S+) (?:resource|path) "([^"]+)"/.exec(message) ?? [];
  if (verb === '') return undefined;
  const group = /in API group "([^"]*)"/.exec(message)?.[1] ?? '';
  return { user, verb, resource, group, namespace: /in the namespace "([^"]+)"/.exec(message)?.[1] };
}

interface Denied {
  user: string;
  verb: string;
  resource: string;
  group: string;
  namespace: string | undefined;
}

function permissionMissing(denied: Denied, error: ApiFailure): SlipwayError {
  const { user, verb, resource, group } = denied;
  // The server names a namespace as being in itself; before it exists, no Role in it can help.
  const namespace = resource === 'namespaces' ? undefined : denied.namespace;
  const [plural = resource, subresource] = resource.split('/');
  const where = namespace ? ` in namespace ${namespace}` : '';
  return new PermissionMissing(`no permission to ${verb} ${resource}${where}`, {
    permission: `${verb} ${resource}${where}`,
    details: [`user: ${user}`],
    remedy: rbacRule([{ verb, group, resource: plural, ...(subresource ? { subresource } : {}) }], namespace),
    cause: error,
  });
}

function policyRemedy(said: string): string {
  if (said.includes('PodSecurity')) {
    return 'Change the securityContext of these pods, or the label pod-security.kubernetes.io/enforce of the namespace.';
  }
  return 'Ask the administrator of the cluster which policy this is.';
}
