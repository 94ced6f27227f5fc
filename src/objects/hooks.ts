import type { KubeObject } from '../ports.ts';
import { PHASES, phaseOf } from './phases.ts';

/** When a hook runs: before Slipway writes configuration and workloads, or after all objects are ready. */
export type HookPhase = 'pre' | 'post';
export type ReleaseAction = 'install' | 'upgrade';
export type DeletePolicy = 'before-hook-creation' | 'hook-succeeded' | 'hook-failed';

/** The annotations of a hook. */
export interface HookSpec {
  /** As they are written, e.g. `pre-upgrade` or `PreSync`. */
  events: string[];
  /** Hooks run in ascending order of their weights. */
  weight: number;
  deletePolicies: DeletePolicy[];
}

export interface Hook {
  object: KubeObject;
  spec: HookSpec;
}

/** The hooks that a release runs, in their order, and the others with the reason. */
export interface HookPlan {
  pre: Hook[];
  post: Hook[];
  left: { hook: Hook; reason: string }[];
}

const HELM = 'helm.sh/hook';
const ARGO = 'argocd.argoproj.io/hook';

/**
 * The hook of an object; undefined for an ordinary object. Argo CD's `Sync` is no hook: it only makes the object a part of
 * the release.
 * @see https://helm.sh/docs/topics/charts_hooks/
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
 */
export function hookSpecOf({ metadata: { annotations = {} } }: KubeObject): HookSpec | undefined {
  const helm = wordsOf(annotations[HELM]);
  if (helm.length > 0) {
    return {
      events: helm,
      weight: weightOf(annotations['helm.sh/hook-weight']),
      deletePolicies: policiesOf(wordsOf(annotations['helm.sh/hook-delete-policy'])),
    };
  }
  const argo = wordsOf(annotations[ARGO]).filter((event) => event !== 'Sync');
  if (argo.length === 0) return undefined;
  return {
    events: argo,
    weight: weightOf(annotations['argocd.argoproj.io/sync-wave']),
    deletePolicies: policiesOf(wordsOf(annotations['argocd.argoproj.io/hook-delete-policy'])),
  };
}

export function isHook(object: KubeObject): boolean {
  return hookSpecOf(object) !== undefined;
}

/** Slipway creates a hook of these kinds for each release and waits until it ends; it applies the others like any object. */
export function runsToEnd({ kind }: KubeObject): boolean {
  return kind === 'Job' || kind === 'Pod';
}

const PHASE_OF = new Map<string, { phase: HookPhase; on: readonly ReleaseAction[] }>([
  ['pre-install', { phase: 'pre', on: ['install'] }],
  ['pre-upgrade', { phase: 'pre', on: ['upgrade'] }],
  ['post-install', { phase: 'post', on: ['install'] }],
  ['post-upgrade', { phase: 'post', on: ['upgrade'] }],
  ['PreSync', { phase: 'pre', on: ['install', 'upgrade'] }],
  ['PostSync', { phase: 'post', on: ['install', 'upgrade'] }],
]);

/** The hooks of a release in their order: by weight, then configuration before workloads, then by name. */
export function planHooks(objects: readonly KubeObject[], action: ReleaseAction): HookPlan {
  const plan: HookPlan = { pre: [], post: [], left: [] };
  for (const object of objects) {
    const spec = hookSpecOf(object);
    if (!spec) continue;
    const hook = { object, spec };
    const known = spec.events.flatMap((event) => PHASE_OF.get(event) ?? []);
    const due = known.filter(({ on }) => on.includes(action));
    if (due.some(({ phase }) => phase === 'pre')) plan.pre.push(hook);
    if (due.some(({ phase }) => phase === 'post')) plan.post.push(hook);
    if (due.length === 0) plan.left.push({ hook, reason: reasonOf(spec, known.length > 0, action) });
  }
  plan.pre.sort(inOrder);
  plan.post.sort(inOrder);
  return plan;
}

/** Each hook that the release runs, once. */
export function dueHooks({ pre, post }: HookPlan): KubeObject[] {
  return [...new Set([...pre, ...post].map(({ object }) => object))];
}

/** Every hook of an install or an upgrade, also one that this release does not run, in a stable order. */
export function releaseHooks(plan: HookPlan): KubeObject[] {
  const left = plan.left.filter(({ hook }) => hook.spec.events.some((event) => PHASE_OF.has(event)));
  const all = [...dueHooks(plan), ...left.map(({ hook }) => hook.object)];
  const nameOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`;
  return all.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Jobs and Pods that run before the workloads of an install or an upgrade: they may migrate a schema. */
export function runsBefore(plan: HookPlan): KubeObject[] {
  return releaseHooks(plan).filter((object) => {
    const events = hookSpecOf(object)?.events ?? [];
    return runsToEnd(object) && events.some((event) => PHASE_OF.get(event)?.phase === 'pre');
  });
}

/** The same plan with `change` applied to each object. */
export function withHookObjects(plan: HookPlan, change: (object: KubeObject) => KubeObject): HookPlan {
  const changed = (hook: Hook) => ({ ...hook, object: change(hook.object) });
  return { ...plan, pre: plan.pre.map(changed), post: plan.post.map(changed) };
}

function reasonOf({ events }: HookSpec, known: boolean, action: ReleaseAction): string {
  if (known) return `this is an ${action}`;
  if (events.every((event) => event === 'test' || event === 'test-success')) return 'Slipway runs no tests of charts';
  if (events.includes('Skip')) return 'its annotations skip it';
  return 'Slipway runs hooks of an install and an upgrade only';
}

function inOrder(a: Hook, b: Hook): number {
  const rank = ({ object }: Hook) => PHASES.indexOf(phaseOf(object));
  return (
    a.spec.weight - b.spec.weight || rank(a) - rank(b) || (a.object.metadata.name < b.object.metadata.name ? -1 : 1)
  );
}

function wordsOf(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function weightOf(text: unknown): number {
  const weight = Number(text ?? 0);
  return Number.isInteger(weight) ? weight : 0;
}

const POLICIES = new Map<string, DeletePolicy>([
  ['before-hook-creation', 'before-hook-creation'],
  ['hook-succeeded', 'hook-succeeded'],
  ['hook-failed', 'hook-failed'],
  ['BeforeHookCreation', 'before-hook-creation'],
  ['HookSucceeded', 'hook-succeeded'],
  ['HookFailed', 'hook-failed'],
]);

/** The default of Helm and of Argo CD. */
function policiesOf(words: readonly string[]): DeletePolicy[] {
  const found = words.flatMap((word) => POLICIES.get(word) ?? []);
  return found.length > 0 ? found : ['before-hook-creation'];
}
