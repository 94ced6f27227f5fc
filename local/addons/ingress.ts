export const ingressClass = 'slipway';

/**
 * Where it listens: a node of kind or k3d is a container, whose port is opened on this machine's own address. The image that was
 * built here starts the program by itself; that of its authors has no entrypoint.
 */
const IN = {
  built: { address: '127.0.0.1', command: '' },
  kind: { address: '0.0.0.0', command: 'command: [skipper]' },
  k3d: { address: '0.0.0.0', command: 'command: [skipper]' },
};

/**
 * The ingress controller: Skipper, on a port of this machine's own address. It reads the API four times a second, and
 * tries another pod where one refuses the connection, so that a rolling update drops no request. WebSockets are its
 * `experimental-upgrade`.
 */
export const ingressManifest = (image: string, port: number, source: keyof typeof IN = 'built'): string => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: ${ingressClass}
  annotations: { ingressclass.kubernetes.io/is-default-class: "true" }
spec: { controller: slipway.local/skipper }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: skipper, namespace: kube-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: slipway:skipper }
rules:
- { apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [get, list] }
- { apiGroups: [""], resources: [namespaces, services, endpoints], verbs: [get, list] }
- { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: slipway:skipper }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: slipway:skipper }
subjects: [{ kind: ServiceAccount, name: skipper, namespace: kube-system }]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: skipper, namespace: kube-system, labels: { app: skipper } }
spec:
  selector: { matchLabels: { app: skipper } }
  template:
    metadata: { labels: { app: skipper } }
    spec:
      serviceAccountName: skipper
      priorityClassName: system-cluster-critical
      hostNetwork: true
      terminationGracePeriodSeconds: 5
      dnsPolicy: ClusterFirstWithHostNet
      tolerations: [{ operator: Exists }]
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: RuntimeDefault } }
      containers:
      - name: skipper
        image: ${image}
        ${IN[source].command}
        args:
        - -address=${IN[source].address}:${port}
        - -support-listener=127.0.0.1:${port + 1000}
        - -kubernetes
        - -kubernetes-in-cluster
        - -kubernetes-ingress-class=^${ingressClass}$
        - -enable-kubernetes-endpointslices
        - -kubernetes-https-redirect=false
        - -kubernetes-healthcheck
        - -source-poll-timeout=250
        - -wait-first-route-load
        - -wait-for-healthcheck-interval=0s
        - -proxy-preserve-host
        - -backend-flush-interval=10ms
        - -experimental-upgrade
        - -access-log-disabled
        - -application-log-level=WARN
        readinessProbe:
          httpGet: { host: 127.0.0.1, path: /kube-system/healthz, port: ${port} }
          periodSeconds: 1
        resources: { requests: { cpu: 200m, memory: 40Mi }, limits: { memory: 500Mi } }
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
`;
