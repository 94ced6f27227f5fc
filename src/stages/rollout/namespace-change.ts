import { messageOf } from '../../errors.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import { unlessRefused } from '../unless-refused.ts';

type Texts = Record<string, string>;

/** Labels and annotations that the manifests want on their own Namespace, and it does not have. */
export interface NamespaceChange {
  object: KubeObject;
  /** `metadata.labels.istio-injection: (none) → "enabled"` */
  lines: string[];
}

/**
 * Compares the labels and annotations of the Namespace in the manifests with the live one. Slipway writes no other fields.
 * If the account lacks the permission, or another manager holds a field, a warning names the commands to run by hand.
 */
export async function namespaceChange(
  wanted: KubeObject | undefined,
  plan: Pick<RolloutPlan, 'app' | 'namespace' | 'dryRun'>,
  ports: { cluster: Cluster; log: Log },
): Promise<NamespaceChange | undefined> {
  if (wanted === undefined) return undefined;
  const { cluster } = ports;
  const { labels = {}, annotations = {} } = wanted.metadata;
  const name = plan.namespace;
  const ref = { apiVersion: 'v1', kind: 'Namespace', name };
  const [mayRead, mayPatch] = await cluster.allowed([
    { verb: 'get', group: '', resource: 'namespaces', namespace: name },
    { verb: 'patch', group: '', resource: 'namespaces', namespace: name },
  ]);
  const live = mayRead ? await cluster.get(ref) : undefined;
  const changed = {
    labels: unlike(labels, live?.metadata.labels),
    annotations: unlike(annotations, live?.metadata.annotations),
  };
  const lines = linesOf(changed, live);
  if (lines.length === 0) return undefined;
  if (!mayPatch && !plan.dryRun) return left(changed, name, 'this account may not change it', ports.log);
  const object = { ...ref, metadata: { name, labels, annotations } };
  const { apiVersion, kind, metadata } = object;
  const change = { object: { apiVersion, kind, metadata }, lines };
  if (!mayPatch) return change;
  return unlessRefused(
    async () => {
      await applyNamespace(change, plan, cluster, true);
      return change;
    },
    (error) => left(changed, name, messageOf(error), ports.log),
  );
}

/** One field manager per app: apps that share a namespace do not take each other's labels away. */
export async function applyNamespace(
  { object }: NamespaceChange,
  { app }: Pick<RolloutPlan, 'app'>,
  cluster: Pick<Cluster, 'apply'>,
  dryRun = false,
): Promise<void> {
  await cluster.apply(object, { fieldManager: `${FIELD_MANAGER}-${app}`, ...(dryRun ? { dryRun } : {}) });
}

function unlike(wanted: Texts, live: Texts = {}): Texts {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => live[key] !== value));
}

function linesOf(
  { labels, annotations }: { labels: Texts; annotations: Texts },
  live: KubeObject | undefined,
): string[] {
  const shown = (value: string | undefined) => (value === undefined ? '(none)' : JSON.stringify(value));
  const of = (field: 'labels' | 'annotations', texts: Texts) =>
    Object.entries(texts).map(
      ([key, value]) => `metadata.${field}.${key}: ${shown(live?.metadata[field]?.[key])} → ${shown(value)}`,
    );
  return [...of('labels', labels), ...of('annotations', annotations)];
}

function left(changed: { labels: Texts; annotations: Texts }, name: string, why: string, log: Log): undefined {
  const command = (verb: string, texts: Texts) => {
    const pairs = Object.entries(texts).map(([key, value]) => `${key}='${value}'`);
    return pairs.length === 0 ? [] : [`kubectl ${verb} namespace ${name} --overwrite ${pairs.join(' ')}`];
  };
  const commands = [...command('label', changed.labels), ...command('annotate', changed.annotations)];
  log.warning(
    `Namespace ${name} does not have the labels and annotations of the manifests, and they are not written: ${why}. By hand: ${commands.join('; ')}`,
  );
}
