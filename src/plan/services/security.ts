/** The user of a container: a known id; any but root; or the one of the image, also root. */
export type RunAs = number | 'not-root' | 'as-built';

/**
 * Security contexts of the containers that Slipway adds. They satisfy the Pod Security Standard `restricted`, except
 * `as-built`, which satisfies `baseline`: official images start as root and switch the user, for which they need CHOWN,
 * SETUID and SETGID.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function containerSecurity(runAs: RunAs): Record<string, unknown> {
  const drop = runAs === 'as-built' ? ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SETFCAP', 'SYS_CHROOT'] : ['ALL'];
  return {
    allowPrivilegeEscalation: false,
    seccompProfile: { type: 'RuntimeDefault' },
    capabilities: { drop },
  };
}

export function podSecurityContext(runAs: RunAs): Record<string, unknown> {
  if (runAs === 'as-built') return {};
  return { runAsNonRoot: true, ...(runAs === 'not-root' ? {} : { runAsUser: runAs, runAsGroup: runAs }) };
}

/** Fields of the pod spec: no token for the API server, and only the rights that the image needs. */
export function addedPod(runAs: RunAs): Record<string, unknown> {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurityContext(runAs),
  };
}

export type PodSecurity = 'baseline' | 'restricted';
