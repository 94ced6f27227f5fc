import { loadAll } from 'js-yaml';
import { expect } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import type { Finding } from '../../../../src/preflight/finding.ts';
import { objectFindings } from '../../../../src/preflight/objects/judge.ts';
import type { Observed } from '../../../../src/preflight/objects/observed.ts';

/** An application on which nothing is said. Each trouble is one edit of it, and the way back is its remedy. */
export const HEALTHY = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/shop:1.4.2
          args: [serve]
          env:
            - { name: DATABASE_URL, value: "postgres://db:5432/shop" }
            - { name: REDIS_URL, value: "redis://cache:6379" }
          ports: [{ name: http, containerPort: 8080 }, { name: grpc, containerPort: 9000 }]
          readinessProbe: { httpGet: { path: /healthz, port: http } }
          livenessProbe: { httpGet: { path: /livez, port: http } }
          securityContext: { runAsUser: 1000, runAsNonRoot: true }
      volumes:
        - { name: cache, emptyDir: {} }
        - { name: files, persistentVolumeClaim: { claimName: files } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files, namespace: shop }
spec: { accessModes: [ReadWriteMany] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { cloud.google.com/neg: '{"ingress": true}', cloud.google.com/backend-config: '{"default": "web"}' } }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }, { name: grpc, port: 81, targetPort: grpc }]
---
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: web, namespace: shop }
spec: { timeoutSec: 3600 }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations: { kubernetes.io/ingress.class: gce, kubernetes.io/ingress.global-static-ip-name: shop, networking.gke.io/managed-certificates: shop }
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - { path: /, backend: { service: { name: web, port: { name: http } } } }
          - { path: /socket.io, backend: { service: { name: web, port: { number: 80 } } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: Service
metadata: { name: lobby, namespace: shop }
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 9000, targetPort: grpc }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.20.0.7, ports: [{ port: 5432 }] }
`;

export const judged = (text: string, more: Partial<Observed> = {}): Finding[] =>
  objectFindings({
    environment: 'production',
    production: true,
    objects: loadAll(text) as KubeObject[],
    ...more,
  });
export const said = (findings: Finding[]) => findings.map(({ code, severity }) => `${code} ${severity}`);
/** The healthy application with one edit. */
export const edited = (from: string, to: string) => {
  expect(HEALTHY.split(from).length, `${from} is in it once`).toBe(2);
  return HEALTHY.replace(from, to);
};
