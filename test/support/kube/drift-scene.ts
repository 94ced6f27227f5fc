import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { driftInputs } from '../../../src/inputs/drift.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import type { IgnoreRule } from '../../../src/plan/drift/ignore.ts';
import type { DriftReport, EnvironmentDrift } from '../../../src/plan/drift/report.ts';
import { planDrift } from '../../../src/plan/drift-plan.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { driftLines } from '../../../src/report/drift-blocks.ts';
import { runDrift } from '../../../src/stages/drift/run.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { type LocalCluster, localCluster } from '../google/local-cluster.ts';
import type { TestPlatform } from '../platform.ts';
import { scratchFolder } from '../runner/scratch.ts';
import { push } from '../unit/events.ts';
import { yamlOf } from '../yaml.ts';
import { ownNamespace } from './cluster.ts';
import { realPorts, serve } from './real.ts';

const run = promisify(execFile);
/** What people change most. */
export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

/** What a team keeps in its repository: one of each that people change by hand. */
function manifests(image: string, secret: string | undefined) {
  const labels = { app: 'web' };
  const metadata = { name: 'web' };
  const container = {
    name: 'web',
    image,
    command: serve(),
    env: [{ name: 'MODE', value: 'calm' }],
    envFrom: [{ configMapRef: { name: 'settings' } }, ...(secret ? [{ secretRef: { name: secret } }] : [])],
    ports: [{ containerPort: 8080 }],
    resources: { requests: { cpu: '0.01' } },
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  };
  const template = { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 1 } };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { LEVEL: 'info', 'app.conf': 'a=1\n' },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { password: 'hunter2' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    },
  ];
}

/** A released app in a namespace of its own, and kubectl to change it by. */
export class DriftScene {
  readonly namespace: string;
  readonly remove: () => Promise<void>;
  readonly cluster: KubeCluster;
  private readonly test: TestPlatform;
  private readonly api: LocalCluster;
  private readonly folder = scratchFolder();

  private constructor(test: TestPlatform, cluster: KubeCluster, namespace: { name: string; remove(): Promise<void> }) {
    this.test = test;
    this.api = localCluster(test.platform);
    this.cluster = cluster;
    this.namespace = namespace.name;
    this.remove = namespace.remove;
  }

  static async open(test: TestPlatform, cluster: KubeCluster): Promise<DriftScene> {
    return new DriftScene(test, cluster, await ownNamespace(cluster, 'drift'));
  }

  private config(ignore: readonly IgnoreRule[] = []) {
    const [repository = ''] = this.test.platform.baseImages.python.split('@');
    const text = yamlOf({
      app: 'parking',
      image: { repository },
      deploy: { manifests: 'k8s' },
      environments: { staging: { namespace: this.namespace } },
      drift: { ignore },
    });
    return parseConfig(text, 'slipway.yml');
  }

  /** Rolls the app out; with a Secret that is not part of the release where one is named. */
  async release(secret?: string): Promise<void> {
    const { python } = this.test.platform.baseImages;
    mkdirSync(join(this.folder, 'k8s'), { recursive: true });
    const text = manifests(python, secret)
      .map((object) => yamlOf(object))
      .join('---\n');
    writeFileSync(join(this.folder, 'k8s', 'all.yml'), text);
    const context = { config: this.config(), event: push({ sha: 'c1' }), workingDirectory: this.folder };
    const plan = planRollout(rollingUpdateInputs(new Inputs({ INPUT_IMAGE: python.split('@')[1] })), context);
    const { outcome, error } = await runRollingUpdate(plan, realPorts(this.test, this.cluster));
    if (outcome !== 'succeeded') throw new Error(`${outcome}: ${error?.message}\n${error?.details.join('\n')}`);
  }

  /** Where kubectl itself is what matters: how it changes an object, and by what name. */
  async kubectl(...args: string[]): Promise<string> {
    const { tools, kubeconfig, context } = this.test.platform;
    const all = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', this.namespace, ...args];
    const env = { ...this.test.env, HOME: this.folder };
    return (await run(join(tools.dir, 'kubectl'), all, { env })).stdout;
  }

  /** As `kubectl edit` does. @param object such as deployments/web */
  async edit(object: string, patch: object, type = 'strategic-merge-patch'): Promise<void> {
    const api = object.startsWith('deployments/') ? '/apis/apps/v1' : '/api/v1';
    const path = `${api}/namespaces/${this.namespace}/${object}?fieldManager=kubectl-edit`;
    await this.api.admin('PATCH', path, patch, { 'content-type': `application/${type}+json` });
  }

  /** As `kubectl create` makes an object from a file. */
  async create(object: KubeObject): Promise<void> {
    const metadata = { ...object.metadata, namespace: this.namespace };
    await this.cluster.create({ ...object, metadata }, { fieldManager: 'kubectl-create' });
  }

  /** Deletes the Deployment and makes it anew from what it was, with this in its pods and their container. */
  async makeAnew(pod: object, container: object): Promise<void> {
    const ref = { ...DEPLOYMENT, namespace: this.namespace };
    const live = await this.cluster.get(ref);
    if (!live) throw new Error(`there is no Deployment in ${this.namespace}`);
    const { template } = live.spec as { template: { spec: { containers: object[] } } };
    Object.assign(template.spec, pod);
    Object.assign(template.spec.containers[0] ?? {}, container);
    await this.cluster.delete(ref);
    const { name, labels } = live.metadata;
    await this.create({ ...live, status: undefined, metadata: { name, labels } });
  }

  async look(options: { cluster?: KubeCluster; ignore?: IgnoreRule[] } = {}): Promise<EnvironmentDrift> {
    const cluster = options.cluster ?? this.cluster;
    const plan = planDrift(driftInputs(new Inputs({})), this.config(options.ignore), {
      runId: '1',
      runnerTemp: this.folder,
      workspace: this.folder,
      run: '',
    });
    const { log, clock, signal } = realPorts(this.test, cluster);
    const connect = async () => cluster;
    const result = await runDrift(plan, { log, clock, signal, files: localFiles, connect, github: undefined });
    if (result.error) throw result.error;
    const [environment] = (JSON.parse(readFileSync(plan.report, 'utf8')) as DriftReport).environments;
    if (!environment) throw new Error('no environment was looked at');
    return environment;
  }
}

/** What was found, one line for each finding, without the times. */
export function findings(drift: EnvironmentDrift): string[] {
  return driftLines(drift).map((line) => line.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'T'));
}
