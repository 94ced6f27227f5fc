/** The kinds of an API group of Kubernetes, by their scope. */
export interface GroupKinds {
  /** Versions that every supported cluster serves. */
  versions: readonly string[];
  namespaced: readonly string[];
  clusterWide: readonly string[];
  /** Cluster-wide kinds without a version that every supported cluster serves. */
  unstable: readonly string[];
}

const names = (text: string) => text.split(' ').filter((name) => name !== '');

const group = (versions: string, namespaced: string, clusterWide = '', unstable = ''): GroupKinds => ({
  versions: names(versions),
  namespaced: names(namespaced),
  clusterWide: names(clusterWide),
  unstable: names(unstable),
});

/**
 * The kinds that a manifest can hold, by API group; the core group is empty.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/
 */
export const KUBERNETES_KINDS: ReadonlyMap<string, GroupKinds> = new Map([
  [
    '',
    group(
      'v1',
      'ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
      'Namespace Node PersistentVolume',
    ),
  ],
  ['apps', group('v1', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet')],
  ['autoscaling', group('v1 v2', 'HorizontalPodAutoscaler')],
  ['batch', group('v1', 'CronJob Job')],
  ['policy', group('v1', 'PodDisruptionBudget')],
  [
    'admissionregistration.k8s.io',
    group(
      'v1',
      '',
      'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
      'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
    ),
  ],
  ['apiextensions.k8s.io', group('v1', '', 'CustomResourceDefinition')],
  ['apiregistration.k8s.io', group('v1', '', 'APIService')],
  ['certificates.k8s.io', group('v1', '', 'CertificateSigningRequest', 'ClusterTrustBundle')],
  ['coordination.k8s.io', group('v1', 'Lease')],
  ['discovery.k8s.io', group('v1', 'EndpointSlice')],
  ['events.k8s.io', group('v1', 'Event')],
  ['flowcontrol.apiserver.k8s.io', group('v1', '', 'FlowSchema PriorityLevelConfiguration')],
  ['networking.k8s.io', group('v1', 'Ingress NetworkPolicy', 'IPAddress IngressClass ServiceCIDR')],
  ['node.k8s.io', group('v1', '', 'RuntimeClass')],
  ['rbac.authorization.k8s.io', group('v1', 'Role RoleBinding', 'ClusterRole ClusterRoleBinding')],
  ['resource.k8s.io', group('v1', 'ResourceClaim ResourceClaimTemplate', 'DeviceClass ResourceSlice')],
  ['scheduling.k8s.io', group('v1', '', 'PriorityClass')],
  [
    'storage.k8s.io',
    group('v1', 'CSIStorageCapacity', 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass'),
  ],
]);
