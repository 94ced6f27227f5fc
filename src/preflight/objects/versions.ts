import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed } from './observed.ts';

/** Group and version, the kinds (empty: all), the release that does not serve it any more, and what to write. */
type Removed = readonly [versions: string, kinds: string, since: string, instead: string];

/** @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const REMOVED: readonly Removed[] = [
  ['extensions/v1beta1', 'NetworkPolicy', '1.16', 'networking.k8s.io/v1'],
  ['extensions/v1beta1 apps/v1beta1 apps/v1beta2', 'Deployment DaemonSet ReplicaSet StatefulSet', '1.16', 'apps/v1'],
  ['extensions/v1beta1 networking.k8s.io/v1beta1', 'Ingress IngressClass', '1.22', 'networking.k8s.io/v1'],
  ['rbac.authorization.k8s.io/v1alpha1 rbac.authorization.k8s.io/v1beta1', '', '1.22', 'rbac.authorization.k8s.io/v1'],
  ['apiextensions.k8s.io/v1beta1', '', '1.22', 'apiextensions.k8s.io/v1'],
  [
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingWebhookConfiguration MutatingWebhookConfiguration',
    '1.22',
    'admissionregistration.k8s.io/v1',
  ],
  ['apiregistration.k8s.io/v1beta1', '', '1.22', 'apiregistration.k8s.io/v1'],
  ['scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1', 'PriorityClass', '1.22', 'scheduling.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'StorageClass VolumeAttachment CSIDriver CSINode', '1.22', 'storage.k8s.io/v1'],
  ['extensions/v1beta1 policy/v1beta1', 'PodSecurityPolicy', '1.25', 'the labels of Pod Security Admission'],
  ['policy/v1beta1', 'PodDisruptionBudget', '1.25', 'policy/v1'],
  ['batch/v1beta1 batch/v2alpha1', 'CronJob', '1.25', 'batch/v1'],
  ['autoscaling/v2beta1', '', '1.25', 'autoscaling/v2'],
  ['autoscaling/v2beta2', '', '1.26', 'autoscaling/v2'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', '', '1.29', 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', '', '1.32', 'flowcontrol.apiserver.k8s.io/v1'],
];

/** Versions of add-ons that their controllers do not serve any more. */
const ADD_ONS: readonly Removed[] = [
  ['certmanager.k8s.io/v1alpha1', '', 'cert-manager 0.11', 'cert-manager.io/v1'],
  [
    'cert-manager.io/v1alpha2 cert-manager.io/v1alpha3 cert-manager.io/v1beta1',
    '',
    'cert-manager 1.6',
    'cert-manager.io/v1',
  ],
  ['traefik.containo.us/v1alpha1', '', 'Traefik 3', 'traefik.io/v1alpha1'],
];

/** Objects of versions that no supported Kubernetes serves. A rollout reports the API server's own warnings about others. */
export function versionFindings(object: KubeObject, all: Observed): Finding[] {
  const { apiVersion, kind } = object;
  const fits = ([versions, kinds]: Removed) =>
    versions.split(' ').includes(apiVersion) && (kinds === '' || kinds.split(' ').includes(kind));
  const own = REMOVED.find(fits);
  const removed = own ?? ADD_ONS.find(fits);
  if (removed === undefined) return [];
  const [, , since, instead] = removed;
  return [
    finding('retired-api', {
      where: at(object, all, `apiVersion: ${apiVersion}`),
      confidence: own === undefined || all.rendersByVersion ? 'likely' : 'proven',
      seen: `${apiVersion} of ${kind} is not served since ${own === undefined ? '' : 'Kubernetes '}${since}`,
      remedy: `Write ${instead}; its fields may differ.`,
      key: apiVersion,
    }),
  ];
}
