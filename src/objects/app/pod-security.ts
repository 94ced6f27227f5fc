import type { PlacementConfig } from '../../config/pod-schema.ts';
import type { AppSpec } from './app-spec.ts';

type Fields = Record<string, unknown>;
type Wanted = PlacementConfig['securityContext'];

/**
 * Security context of the container. `ordinary` drops the capabilities that no web app needs, and allows images that start as root
 * and change the user themselves (they need CHOWN, SETUID and SETGID). `restricted` is the Pod Security Standard. A user other than
 * root needs no capability.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function containerSecurity(security: AppSpec['security'], wanted: Wanted = {}): Fields {
  const { runAsUser, runAsGroup, readOnlyRootFilesystem } = wanted;
  const isUser = wanted.runAsNonRoot ?? (runAsUser !== undefined && runAsUser !== 0);
  const own = {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    ...(readOnlyRootFilesystem === undefined ? {} : { readOnlyRootFilesystem }),
  };
  const common = { allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' } };
  return security === 'restricted' || isUser
    ? { ...common, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, ...own }
    : { ...common, capabilities: { drop: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SETFCAP', 'SYS_CHROOT'] }, ...own };
}

/** Security context of the pod: the groups of its volumes; absent without any. */
export function podSecurity({ fsGroup, supplementalGroups }: NonNullable<Wanted> = {}): Fields {
  if (fsGroup === undefined && supplementalGroups === undefined) return {};
  return {
    securityContext: {
      ...(fsGroup === undefined ? {} : { fsGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
      ...(supplementalGroups === undefined ? {} : { supplementalGroups }),
    },
  };
}
