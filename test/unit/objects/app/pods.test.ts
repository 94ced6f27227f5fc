import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import { rolloutMigration, writtenObjects } from '../../../../src/plan/rollout-objects.ts';
import { planFor } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { push } from '../../../support/unit/events.ts';

const NOTHING = {
  ...{ namespace: undefined, timeoutMs: undefined, onFailure: undefined },
  ...{ allowDowngrade: undefined, dryRun: undefined, takeOver: undefined },
};

/** The objects of staging by `Kind name`, and its migration as `Job`. */
function objectsOf(deploy: string, staging = '') {
  const config = parseConfig(
    `app: a\nimage: { repository: r.example/a }\ndeploy: ${deploy}\nenvironments: { staging: { namespace: s, host: a.example.dev${staging} } }`,
    'slipway.yml',
  );
  const images = { a: `r.example/a@sha256:${'1'.repeat(64)}` };
  const environment = config.environments?.staging ?? { namespace: 's' };
  const plan = planFor('staging', environment, images, NOTHING, { config, event: push(), workingDirectory: '/' });
  const facts = { images, nativeSleep: true };
  const objects = writtenObjects(plan, facts);
  const jobs = plan.migrate ? [rolloutMigration(plan, plan.migrate, objects, facts)] : [];
  return new Map<string, KubeObject>([
    ...objects.map((object): [string, KubeObject] => [`${object.kind} ${object.metadata.name}`, object]),
    ...jobs.map((job): [string, KubeObject] => ['Job', job]),
  ]);
}
const podOf = (objects: ReturnType<typeof objectsOf>, name: string) => {
  const object = objects.get(name);
  return object && podTemplateOf(object);
};

describe('keys about pods', () => {
  it('volumes are mounted in the app, its crons and its migration', () => {
    const objects = objectsOf(
      `{ migrate: m, crons: { c: { command: x, schedule: "@daily" } }, volumes: {
        tmp: { path: /tmp, emptyDir: 64Mi, memory: true }, data: { path: /data, claim: files, subPath: a, readOnly: true },
        keys: { path: /keys, secret: tls, items: { tls.crt: cert.pem } }, conf: { path: /conf, configMap: settings } } }`,
    );
    for (const name of ['Deployment a', 'CronJob a-c', 'Job']) {
      const spec = podOf(objects, name)?.spec;
      expect(spec?.volumes).toEqual([
        { name: 'tmp', emptyDir: { sizeLimit: '64Mi', medium: 'Memory' } },
        { name: 'data', persistentVolumeClaim: { claimName: 'files', readOnly: true } },
        { name: 'keys', secret: { secretName: 'tls', items: [{ key: 'tls.crt', path: 'cert.pem' }] } },
        { name: 'conf', configMap: { name: 'settings' } },
      ]);
      expect(spec?.containers[0]?.volumeMounts).toEqual([
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'data', mountPath: '/data', subPath: 'a', readOnly: true },
        { name: 'keys', mountPath: '/keys', readOnly: true },
        { name: 'conf', mountPath: '/conf', readOnly: true },
      ]);
    }
  });

  it('placement, priority and account are those of the pod and of the migration', () => {
    const objects = objectsOf(
      `{ migrate: m, serviceAccount: cloud, priorityClass: high, nodeSelector: { pool: web },
        tolerations: [{ key: pool, operator: Exists }], topologySpread: [{ topologyKey: zone, maxSkew: 2 }] }`,
    );
    const common = {
      serviceAccountName: 'cloud',
      automountServiceAccountToken: false,
      priorityClassName: 'high',
      nodeSelector: { pool: 'web' },
      tolerations: [{ key: 'pool', operator: 'Exists' }],
    };
    expect(podOf(objects, 'Job')?.spec).toMatchObject(common);
    expect(podOf(objects, 'Deployment a')?.spec).toMatchObject({
      ...common,
      topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' }],
    });
    expect(objects.has('ServiceAccount cloud')).toBe(false);
  });

  it('a ServiceAccount with annotations is written, once; a token is mounted on request', () => {
    const account = '{ name: cloud, annotations: { iam: x }, token: true }';
    const objects = objectsOf(
      `{ processes: { a: { port: 80, serviceAccount: ${account} }, b: { serviceAccount: ${account} } } }`,
    );
    expect(objects.get('ServiceAccount cloud')).toMatchObject({
      metadata: { namespace: 's', annotations: { iam: 'x' } },
      automountServiceAccountToken: false,
    });
    expect(podOf(objects, 'Deployment a-b')?.spec).toMatchObject({ automountServiceAccountToken: true });
  });

  it('the security context: a user other than root needs no capability', () => {
    const objects = objectsOf('{ securityContext: { runAsUser: 1000, fsGroup: 2000, readOnlyRootFilesystem: true } }');
    const spec = podOf(objects, 'Deployment a')?.spec;
    expect(spec?.securityContext).toEqual({ fsGroup: 2000, fsGroupChangePolicy: 'OnRootMismatch' });
    expect(spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      runAsUser: 1000,
      readOnlyRootFilesystem: true,
    });
  });

  it('labels and annotations of the pods, with placeholders; an environment adds its own', () => {
    const objects = objectsOf(
      '{ podLabels: { team: x }, podAnnotations: { host: "{host}" } }',
      ', podLabels: { tier: y }, nodeSelector: { pool: s }',
    );
    const template = podOf(objects, 'Deployment a');
    expect(template?.metadata).toMatchObject({
      labels: { team: 'x', tier: 'y' },
      annotations: { host: 'a.example.dev' },
    });
    expect(template?.spec.nodeSelector).toEqual({ pool: 's' });
  });

  it('F8: a probe sends the host of the app; what is not said is as the health check', () => {
    const container = (deploy: string) => podOf(objectsOf(deploy), 'Deployment a')?.spec.containers[0];
    const host = { name: 'Host', value: 'a.example.dev' };
    expect(
      container(
        '{ health: /h, probes: { liveness: { path: /live, period: 30s, delay: 1m, failures: 5 }, startup: { period: 5s } } }',
      ),
    ).toMatchObject({
      startupProbe: { httpGet: { path: '/h', httpHeaders: [host] }, periodSeconds: 5, failureThreshold: 12 },
      readinessProbe: { httpGet: { path: '/h' }, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: {
        httpGet: { path: '/live', port: 'http', httpHeaders: [host] },
        ...{ initialDelaySeconds: 60, periodSeconds: 30, timeoutSeconds: 3, failureThreshold: 5 },
      },
    });
    expect(
      container('{ health: /h, probes: { readiness: { port: 9000, headers: { Host: x } , path: /r } } }')
        ?.readinessProbe,
    ).toMatchObject({
      httpGet: { path: '/r', port: 9000, httpHeaders: [{ name: 'Host', value: 'x' }] },
    });
    expect(container('{ health: /h, probes: { readiness: { port: 9000 } } }')?.readinessProbe).toMatchObject({
      tcpSocket: { port: 9000 },
    });
  });

  it('the connection to Cloud SQL is a placeholder of values', () => {
    const sql =
      ', database: { cloudSql: "acme:europe-west1:main", name: lots, user: app }, env: { SQL: "{database.host}/{database.name}" }';
    expect(podOf(objectsOf('{}', sql), 'Deployment a')?.spec.containers[0]?.env).toContainEqual({
      name: 'SQL',
      value: '127.0.0.1/lots',
    });
  });

  it('a worker with a readiness probe is judged by it', () => {
    const spec = (more: string) =>
      objectsOf(`{ processes: { v: { port: 80 }, w: { command: x${more} } } }`).get('Deployment a-w')?.spec;
    expect(spec('')).toMatchObject({ minReadySeconds: 10 });
    const probed = spec(', probes: { readiness: { command: [ping, $(A)] } }');
    expect(probed).not.toHaveProperty('minReadySeconds');
    expect(JSON.stringify(probed)).toContain('"exec":{"command":["ping","$$(A)"]}');
    expect(JSON.stringify(probed)).not.toContain('startupProbe');
    expect(spec(', startup: 45s')).toMatchObject({ minReadySeconds: 45 });
    const started = spec(', startup: 45s, probes: { startup: { command: [ping] } }');
    expect(started).toMatchObject({ minReadySeconds: 10 });
    expect(JSON.stringify(started)).toContain('"failureThreshold":45');
  });

  it('a start that takes longer than the progress deadline of Kubernetes raises it', () => {
    const spec = (process: string) =>
      objectsOf(`{ processes: { v: { port: 80, paths: [/] }, w: ${process} } }`).get('Deployment a-w')?.spec;
    expect(spec('{ command: x, startup: 15m }')).toMatchObject({
      minReadySeconds: 900,
      progressDeadlineSeconds: 1_200,
    });
    expect(spec('{ port: 81, startup: 15m, paths: [] }')).toMatchObject({ progressDeadlineSeconds: 1_200 });
    expect(spec('{ command: x, startup: 5m }')).not.toHaveProperty('progressDeadlineSeconds');
  });

  it('autoscale: an autoscaler, a budget and the fewest pods; an environment replaces it', () => {
    const deploy = '{ autoscale: { min: 3, max: 9, memory: 70 }, resources: { memory: 64Mi, cpu: 10m } }';
    const objects = objectsOf(deploy);
    expect(objects.get('HorizontalPodAutoscaler a')?.spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [
        { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    });
    expect(objects.get('Deployment a')?.spec).toMatchObject({ replicas: 3 });
    expect(objects.has('PodDisruptionBudget a')).toBe(true);
    const fixed = objectsOf(deploy, ', autoscale: false, replicas: 1');
    expect(fixed.has('HorizontalPodAutoscaler a')).toBe(false);
    expect(fixed.get('Deployment a')?.spec).toMatchObject({ replicas: 1 });
  });
});
