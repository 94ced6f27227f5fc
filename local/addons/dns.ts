import { createHash } from 'node:crypto';
import { network } from '../network.ts';

const corefile = `.:1053 {
  errors
  health :1080
  ready :1081
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 2
  }
  forward . /etc/resolv.conf
  cache 10 {
    denial 2000 1
  }
  loadbalance
}
`;
/** CoreDNS reads its file once: pods of another file are other pods. */
const corefileHash = createHash('sha256').update(corefile).digest('hex').slice(0, 12);

/** Cluster DNS: CoreDNS on an unprivileged port, behind the address that every pod has in its resolv.conf. */
export const dnsManifest = (image: string): string => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: coredns, namespace: kube-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: slipway:coredns }
rules:
- { apiGroups: [""], resources: [services, pods, namespaces], verbs: [list, watch] }
- { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: slipway:coredns }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: slipway:coredns }
subjects: [{ kind: ServiceAccount, name: coredns, namespace: kube-system }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: ${JSON.stringify(corefile)}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns }, annotations: { "slipway.dev/corefile": "${corefileHash}" } }
    spec:
      serviceAccountName: coredns
      priorityClassName: system-cluster-critical
      dnsPolicy: Default
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: RuntimeDefault } }
      containers:
      - name: coredns
        image: ${image}
        args: [-conf, /etc/coredns/Corefile]
        ports:
        - { name: dns, containerPort: 1053, protocol: UDP }
        - { name: dns-tcp, containerPort: 1053 }
        readinessProbe: { httpGet: { path: /ready, port: 1081 }, periodSeconds: 1 }
        livenessProbe: { httpGet: { path: /health, port: 1080 }, initialDelaySeconds: 30 }
        resources: { requests: { cpu: 20m, memory: 30Mi }, limits: { memory: 170Mi } }
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
        volumeMounts: [{ name: config, mountPath: /etc/coredns, readOnly: true }]
      volumes: [{ name: config, configMap: { name: coredns } }]
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  clusterIP: ${network.dns}
  selector: { k8s-app: kube-dns }
  ports:
  - { name: dns, port: 53, targetPort: dns, protocol: UDP }
  - { name: dns-tcp, port: 53, targetPort: dns-tcp }
`;
