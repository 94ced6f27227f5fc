import { folder } from './chart.ts';

/** The example as the objects of a team, in the three forms; the namespace and the host are those of its staging. */
export interface OwnApp {
  /** Image repository of the app. */
  repository: string;
  ingressClass: string;
  /** More objects in the manifests, as YAML. */
  more?: string;
  /** Text that a page of the app must not show: changes the template of its pods. */
  note?: string;
}

function deployment({ repository, note = 'first' }: OwnApp, name = 'web'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: acme-staging, labels: { app: ${name} } }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: { note: ${note} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${repository}:main
          ports: [{ name: http, containerPort: 8080 }]
          env: [{ name: DATABASE_URL, value: postgres://staging.acme.dev/parking }]
          envFrom: [{ configMapRef: { name: settings } }]
          readinessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 1 }
`;
}

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: acme-staging }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
`;

function rest({ ingressClass }: OwnApp): string {
  return `apiVersion: v1
kind: Namespace
metadata: { name: acme-staging, labels: { pod-security.kubernetes.io/enforce: privileged } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: acme-staging }
data: { GREETING: hello }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: acme-staging }
automountServiceAccountToken: true
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: acme-staging }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: acme-staging }
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: nightly, image: "busybox:1", command: ["true"] }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: acme-staging }
spec:
  ingressClassName: ${ingressClass}
  rules:
    - host: parking.staging.acme.dev
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }
`;
}

/** A folder of manifests. */
export function manifestsOf(app: OwnApp, root?: string): string {
  return folder(
    {
      'k8s/web.yaml': deployment(app),
      'k8s/service.yaml': SERVICE,
      'k8s/rest.yaml': rest(app),
      ...(app.more === undefined ? {} : { 'k8s/more.yaml': app.more }),
    },
    root,
  );
}

/** A kustomization with an overlay for reviews. */
export function kustomizationOf(app: OwnApp, root?: string): string {
  return folder(
    {
      'k8s/base/kustomization.yaml': 'resources: [web.yaml, service.yaml, rest.yaml]\n',
      'k8s/base/web.yaml': deployment(app),
      'k8s/base/service.yaml': SERVICE,
      'k8s/base/rest.yaml': rest(app),
      'k8s/overlays/review/kustomization.yaml': `resources: [../../base${app.more === undefined ? '' : ', more.yaml'}]
configMapGenerator: [{ name: made, literals: [A=1] }]
`,
      ...(app.more === undefined ? {} : { 'k8s/overlays/review/more.yaml': app.more }),
    },
    root,
  );
}

/** A chart with a migration as a hook, and a subchart. */
export function chartOf(app: OwnApp, root?: string): string {
  const { repository, ingressClass, note = 'first', more = '' } = app;
  const container = (name: string, fields: string) => `- name: ${name}
          image: "{{ .Values.image }}:main"
          ${fields}
          envFrom: [{ secretRef: { name: "{{ .Values.database.existingSecret }}" } }]
`;
  return folder(
    {
      'chart/Chart.yaml': `apiVersion: v2
name: parking
version: 1.0.0
dependencies: [{ name: front, version: 1.0.0 }]
`,
      'chart/values.yaml': `image: ${repository}
host: parking.acme.dev
url: https://parking.acme.dev
database: { existingSecret: parking-database }
note: ${note}
`,
      'chart/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}-web, labels: { app.kubernetes.io/managed-by: {{ .Release.Service }} } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { note: {{ .Values.note }}, url: {{ .Values.url }}, upgrade: "{{ .Release.IsUpgrade }}" }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        ${container('web', 'ports: [{ name: http, containerPort: 8080 }]\n          readinessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 1 }')}---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }}-web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-seen }
data:
  found: {{ (lookup "v1" "Secret" "" "").items | default list | len | quote }}
---
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-random }
data: { password: {{ randAlphaNum 20 | b64enc }} }
${more}`,
      'chart/templates/migrate.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        ${container('migrate', 'command: [python3, -m, parking.migrate]')}`,
      'chart/charts/front/Chart.yaml': 'apiVersion: v2\nname: front\nversion: 1.0.0\n',
      'chart/charts/front/templates/ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: {{ .Release.Name }}-front }
spec:
  ingressClassName: ${ingressClass}
  rules:
    - host: front.acme.dev
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: {{ .Release.Name }}-web, port: { name: http } } } }] }
`,
    },
    root,
  );
}
