import type { CodeInfo } from './code-info.ts';

/** Codes of findings in the objects of an environment. */
export const OBJECT_CODES = {
  'budget-blocks-drains': {
    title: 'The PodDisruptionBudget blocks every drain',
    severity: 'warning',
    why: 'Upgrades of nodes evict pods. A budget that allows no eviction stops them, and Google Cloud breaks it after an hour.',
  },
  'budgets-overlap': {
    title: 'Two PodDisruptionBudgets select the same pods',
    severity: 'warning',
    why: 'The API server evicts no pod that two budgets select: every drain of its node waits for ever.',
  },
  'single-replica': {
    title: 'Production has a single pod',
    severity: 'note',
    why: 'Every drained node, and every crash, is an outage until the pod runs elsewhere.',
  },
  'certificate-without-its-controller': {
    title: 'Another controller than the one of the certificate',
    severity: 'error',
    why: 'Only the ingress controller of Google serves a ManagedCertificate: with another one it stays in Provisioning for ever.',
  },
  'annotation-of-another-controller': {
    title: 'The ingress controller does not read these annotations',
    severity: 'warning',
    why: 'A controller ignores the annotations of another one without a word: the limit, the rewrite or the address is not there.',
  },
  'retired-controller': {
    title: 'The ingress controller is retired',
    severity: 'note',
    why: 'A controller that faces the internet needs fixes.',
  },
  'retired-api': {
    title: 'The API version is not served any more',
    severity: 'error',
    why: 'The API server refuses the object: the rollout fails.',
  },
  'retired-image': {
    title: 'The image gets no fixes any more',
    severity: 'warning',
    why: 'Its faults stay, and one day its tags cannot be pulled: a new node then starts no pod of it.',
  },
  'moving-tag': {
    title: 'The tag of an image moves',
    severity: 'warning',
    why: 'Two pods of one release can run different images, and a restart at night can bring a new version.',
  },
  'runs-as-root': {
    title: 'The process runs as root',
    severity: 'warning',
    why: 'A fault of the app is then a fault with every right in the container, and with a writable mount one on the node.',
  },
  'non-root-refused': {
    title: 'The pod demands a user that the image does not have',
    severity: 'error',
    why: 'With runAsNonRoot, the kubelet starts neither root nor a user whose number it does not know: CreateContainerConfigError.',
  },
  'data-in-empty-dir': {
    title: 'Data in an emptyDir of several pods',
    severity: 'note',
    why: 'Each pod has its own, and loses it with the next rollout: a visitor is logged out, or misses a file.',
  },
  'claim-of-one-node': {
    title: 'Several pods need a volume that one node mounts',
    severity: 'warning',
    why: 'A pod on another node waits in ContainerCreating (Multi-Attach error): the rollout does not end.',
  },
  'database-in-a-file': {
    title: 'Several pods have a database in a file each',
    severity: 'warning',
    why: 'What one pod writes, the others do not see, and each rollout begins with an empty database.',
  },
  'probe-of-unknown-port': {
    title: 'The probe asks a port that the container does not name',
    severity: 'error',
    why: 'The kubelet cannot find the port, so the probe always fails: the pod never becomes ready, or restarts for ever.',
  },
  'probe-of-another-host': {
    title: 'The probe asks another host',
    severity: 'error',
    why: 'The kubelet sends probes from the node. Another host says nothing about the pod.',
  },
  'probe-without-tls': {
    title: 'The probe asks a TLS port without TLS',
    severity: 'warning',
    why: 'A TLS server answers plain HTTP with 400 or not at all: the pod never becomes ready.',
  },
  'liveness-of-others': {
    title: 'The liveness probe asks for the state of others',
    severity: 'note',
    why: 'When a database is away for a minute, Kubernetes restarts every pod at once, and the outage becomes longer.',
  },
  'no-readiness-probe': {
    title: 'A container behind a Service has no readiness probe',
    severity: 'warning',
    why: 'Its pod counts as ready at once: each rollout sends requests to a port that is not open yet.',
  },
  'backend-missing': {
    title: 'The Service of a route is not there',
    severity: 'note',
    why: 'Visitors get 503, and the ingress of Google does not come up at all.',
  },
  'backend-port-missing': {
    title: 'The Service of a route does not have the port',
    severity: 'error',
    why: 'Visitors get 503, and the ingress of Google does not come up at all.',
  },
  'service-port-missing': {
    title: 'No pod has the target port of the Service',
    severity: 'error',
    why: 'The Service then has no endpoints on this port: each connection is refused.',
  },
  'balancer-without-endpoints': {
    title: 'The load balancer cannot reach the Service',
    severity: 'error',
    why: 'The ingress of Google needs an endpoint group or a node port: without either, it does not come up.',
  },
  'balancer-asks-root': {
    title: 'The load balancer asks GET / for the health',
    severity: 'warning',
    why: 'An app that redirects, or wants a login, at / counts as unhealthy: every visitor gets 502.',
  },
  'tcp-behind-http': {
    title: 'A route passes HTTP to a port of another protocol',
    severity: 'warning',
    why: 'No client gets through, and the health check of a load balancer never passes.',
  },
  'websocket-timeout': {
    title: 'The load balancer closes WebSockets after 30 seconds',
    severity: 'warning',
    why: 'The time limit of the load balancer holds for a whole WebSocket connection, also for a busy one.',
  },
  'grpc-behind-http1': {
    title: 'A route passes HTTP/1.1 to a gRPC port',
    severity: 'warning',
    why: 'gRPC needs HTTP/2 as far as the pod: each call ends with an error of the protocol.',
  },
  'hard-wired-address': {
    title: 'An address is wired in',
    severity: 'error',
    why: 'Addresses of pods, Services and nodes change with the object. The name of a Service does not.',
  },
  'dials-localhost': {
    title: 'A variable names localhost, where nobody listens',
    severity: 'warning',
    why: 'In a pod, localhost is the pod itself: a service on the machine of a developer is not there.',
  },
  'client-address-lost': {
    title: 'Pods do not see the address of the client',
    severity: 'note',
    why: 'Allow lists, rate limits and logs then name a proxy or a node: they let everybody in, or nobody.',
  },
} as const satisfies Record<string, CodeInfo>;
