/** The user that a container runs as: a known id; what the image says, but not root; or the image's own business. */
export type RunAs = number | 'not-root' | 'as-built';

/**
 * Security contexts of what Slipway adds to an environment. They satisfy the Pod Security Standard `restricted`, except for
 * `as-built`: official images start as root and step down by themselves, for which they need CHOWN, SETUID and SETGID; that
 * is `baseline`.
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

/** What each of these pods has in its spec: no token of the cluster, and no more rights than its image needs. */
export function addedPod(runAs: RunAs): Record<string, unknown> {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurityContext(runAs),
  };
}

export type PodSecurity = 'baseline' | 'restricted';
