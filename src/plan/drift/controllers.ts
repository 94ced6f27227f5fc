/**
 * Field managers that are programs of the cluster itself: their writes are part of how an object works, and no drift.
 * docs/drift.md lists them; `drift.ignore` in slipway.yml names others.
 */
const CONTROLLERS = new Set([
  // Kubernetes
  'kube-controller-manager',
  'kube-scheduler',
  'kube-apiserver',
  'kubelet',
  'cloud-controller-manager',
  // GKE: its ingress and NEG controller, certificates, autopilot's and the add-ons' managers
  'glbc',
  'ingress-gce',
  'managed-certificate-controller',
  'gke-certificate-manager',
  // Autoscalers
  'horizontal-pod-autoscaler',
  'vpa-recommender',
  'vpa-updater',
  'vpa-admission-controller',
  'keda',
  'keda-operator',
  // cert-manager
  'cainjector',
  'cert-manager-cainjector',
  'cert-manager-ingress-shim',
]);

export function isController(manager: string): boolean {
  return CONTROLLERS.has(manager);
}
