/** One private range for everything of ours on this machine: see README.md. */
export const network = {
  /** The node's address, on a bridge of its own that has no ports: it stays when the machine changes networks. */
  node: '10.89.0.1',
  link: 'slipway0',
  pods: '10.89.16.0/20',
  services: '10.89.128.0/20',
  apiService: '10.89.128.1',
  dns: '10.89.128.10',
  /** Docker's default network, and where it takes further networks from. */
  dockerLink: 'slipway1',
  dockerBridge: '10.89.32.1/24',
  dockerPool: '10.89.64.0/18',
} as const;

export const nodeName = 'slipway';

/** Beside the usual ports, so that another cluster on the machine is not in the way. */
export const ports = {
  api: 16443,
  etcd: 16379,
  etcdPeer: 16380,
  kubelet: 16250,
  kubeletHealth: 16248,
  proxyHealth: 16256,
  proxyMetrics: 16249,
  controllerManager: 16257,
  scheduler: 16259,
  /** Where taken, the next free one. */
  registry: 5000,
  ingress: 8080,
  /** Of the parts that some tests ask for: gateway.ts, cert-manager.ts. */
  gateway: 18080,
  gatewayTls: 18443,
  contour: 16300,
  contourHealth: 16301,
  contourDebug: 16302,
  envoyStats: 16303,
  certManagerWebhook: 16310,
} as const;
