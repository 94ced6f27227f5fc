import { EnvironmentError, type SlipwayError, UserError } from '../../errors.ts';
import { rbacRule } from '../../objects/permissions/rbac-rule.ts';
import { policyDenial } from '../../readiness/policy-denial.ts';
import type { ApiFailure } from './failure.ts';

/**
 * 403 has four meanings: no permission, a policy (Pod Security, an admission webhook), a quota, a namespace that is
 * going away. Only the first one is about permissions.
 */
export function forbidden(error: ApiFailure, what: string, told: string): SlipwayError {
  const denied = DENIED.exec(told)?.groups;
  if (denied) return permissionMissing(denied, error);
  if (/being terminated|is terminating/.test(told)) {
    return new EnvironmentError(`${what}: its namespace is being deleted`, {
      details: [told],
      remedy: 'Wait until it is gone, then run it again.',
      cause: error,
    });
  }
  if (/exceeded quota|maximum .* usage per/.test(told)) {
    return new UserError(`${what}: a quota or limit of the namespace refuses it`, {
      details: [told],
      remedy: 'Lower deploy.resources or deploy.replicas, or raise the ResourceQuota or LimitRange of the namespace.',
      cause: error,
    });
  }
  const policy = policyDenial(error.status.message);
  return new UserError(`${what}: ${policy?.name ?? 'a policy of the cluster'} refuses it`, {
    details: [told],
    remedy: policy?.remedy ?? policyRemedy(told),
    cause: error,
  });
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go */
const DENIED =
  /User "(?<user>[^"]*)" cannot (?<verb>\S+) (?:resource|path) "(?<resource>[^"]+)"(?: in API group "(?<group>[^"]*)")?(?: in the namespace "(?<namespace>[^"]+)")?/;

function permissionMissing(denied: Record<string, string | undefined>, error: ApiFailure): SlipwayError {
  const { user = '', verb = '', resource = '', group = '' } = denied;
  // A namespace is not inside of itself, though the server says so; before it is there, no Role in it can help.
  const namespace = resource === 'namespaces' ? undefined : denied.namespace;
  const [plural = resource, subresource] = resource.split('/');
  const where = namespace ? ` in namespace ${namespace}` : '';
  return new EnvironmentError(`no permission to ${verb} ${resource}${where}`, {
    details: [`user: ${user}`],
    remedy: rbacRule([{ verb, group, resource: plural, ...(subresource ? { subresource } : {}) }], namespace),
    cause: error,
  });
}

function policyRemedy(told: string): string {
  if (told.includes('PodSecurity')) {
    return 'Change the securityContext of these pods, or the label pod-security.kubernetes.io/enforce of the namespace.';
  }
  return 'Ask whoever runs the cluster which policy this is.';
}
