import { LABELS } from '../../../src/objects/names.ts';
import { readRecord } from '../../../src/objects/release-record.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import type { CommitRelation, RegistryImage } from '../../../src/ports.ts';
import type { RollingUpdatePorts } from '../../../src/stages/rollout/ports.ts';
import { StepClock } from '../step-clock.ts';
import { memoryLog } from './cluster.ts';
import { controllers, type Fate } from './controllers.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { appSpec, asSpec } from './spec.ts';

export const REPOSITORY = 'registry.example/apps/parking';

/** An image by digest, told apart by one digit. */
export const image = (digit: number) => `${REPOSITORY}@sha256:${String(digit).repeat(64)}`;

/** The plan of a rollout to staging; a test states only what differs. */
export function planOf(digit: number, overrides: Partial<RolloutPlan> = {}): RolloutPlan {
  const { environment = 'staging', namespace = 'parking-staging' } = overrides;
  const labels = { [LABELS.environment]: environment };
  const { images: _, nativeSleep: _1, ...spec } = asSpec(appSpec({ name: 'parking', namespace, labels }));
  return {
    app: 'parking',
    environment,
    namespace,
    repositoryId: 42,
    commit: `commit-${digit}`,
    actor: 'dev',
    run: { id: '1', attempt: 1, url: '' },
    onPurpose: false,
    images: { parking: image(digit) },
    testing: [],
    source: { from: 'config' },
    spec,
    database: undefined,
    services: [],
    pullSecrets: [],
    secretEnv: {},
    patches: [],
    migrate: undefined,
    schemaVersion: undefined,
    reversible: false,
    timeoutMs: 60_000,
    onFailure: 'rollback',
    allowDowngrade: false,
    dryRun: false,
    takeOver: false,
    url: undefined,
    createNamespace: true,
    zeroReplicas: 'allowed',
    idle: [],
    ...overrides,
  };
}

/** A cluster in memory, and what a test may change about the world around it. */
export class World {
  readonly cluster = new MemoryCluster();
  readonly log = memoryLog();
  readonly clock = new StepClock(Date.parse('2026-01-01T00:00:00Z'));
  /** What becomes of the pods of an image; `Job <image>` and `Deployment <image>` tell them apart. */
  readonly fates = new Map<string, Fate>();
  /** References that the registry does not have. */
  readonly missing = new Set<string>();
  /** What tags name in the registry. */
  readonly tags = new Map<string, string>();
  /** How every commit stands to the one that runs. */
  relation: CommitRelation = 'ahead';
  cancel = new AbortController();
  /** Variables of the step. */
  variables: Record<string, string> = {};

  constructor() {
    const { cluster, fates } = this;
    cluster.controller = controllers((used, kind) => fates.get(`${kind} ${used}`) ?? fates.get(used) ?? 'ready');
  }

  ports(): RollingUpdatePorts {
    return {
      cluster: this.cluster,
      log: this.log,
      clock: this.clock,
      signal: this.cancel.signal,
      registry: { resolve: async (reference) => this.served(reference) },
      github: {
        compare: async () => this.relation,
        commitsBetween: async () => ({ total: 0, behind: 0, commits: [] }),
        upsertComment: async () => ({ url: '', created: true }),
      },
      http: { get: async () => ({ status: 200, server: '', body: '' }) },
      renderer: { render: async () => [] },
      variables: { read: (name) => this.variables[name] },
    };
  }

  /** `revision outcome commit` of each recorded release of a namespace. */
  records(namespace = 'parking-staging'): string[] {
    const secrets = [...this.cluster.objects.values()].filter(({ metadata }) => metadata.namespace === namespace);
    return secrets.flatMap((secret) => {
      const release = readRecord(secret)?.release;
      return release ? [`${release.revision} ${release.outcome} ${release.commit}`] : [];
    });
  }

  private served(reference: string): RegistryImage | undefined {
    const [repository = '', digest = this.tags.get(reference)] = reference.split('@');
    return digest === undefined || this.missing.has(reference)
      ? undefined
      : { repository, digest, mediaType: '', configDigest: undefined };
  }
}
