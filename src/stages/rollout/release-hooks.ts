import { dueHooks, type HookPlan, withHookObjects } from '../../objects/hooks.ts';
import type { Cluster, Log } from '../../ports.ts';
import type { CheckedRequest } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import { type ConfigContext, type Configured, configured } from './config.ts';
import type { PlannedObjects } from './objects.ts';

export function runsJobs({ jobs, hooks }: PlannedObjects): boolean {
  return jobs.length > 0 || dueHooks(hooks).some(({ kind }) => kind === 'Job');
}

/** As `configured`: pods of the release read what its hooks bring, and pods of hooks what the release brings. */
export async function configuredWithHooks(
  { objects, hooks }: PlannedObjects,
  namespace: string,
  context: ConfigContext,
  ports: { cluster: Cluster; log: Log },
): Promise<Configured & { hooks: HookPlan }> {
  const due = dueHooks(hooks);
  const { objects: all, config } = await configured([...objects, ...due], namespace, context, ports);
  const hashed = new Map(due.map((object, index) => [object, all[objects.length + index] ?? object]));
  return {
    objects: all.slice(0, objects.length),
    hooks: withHookObjects(hooks, (object) => hashed.get(object) ?? object),
    config,
  };
}

/** Names the hooks that the release does not run, and why. */
export function logLeftHooks({ left }: HookPlan, { log }: { log: Log }): void {
  for (const { hook, reason } of left) {
    const { kind, metadata } = hook.object;
    log.info(`hook ${kind} ${metadata.name} (${hook.spec.events.join(', ')}) is not run: ${reason}`);
  }
}

/** Says which hooks waited for objects that did not become ready: an app that needs one of them waits for it in turn. */
export function hooksNotRun({ hooks }: CheckedRequest, { objects, wroteWorkloads, outcome }: RollOutReport): string[] {
  if (!wroteWorkloads || outcome === 'cancelled') return [];
  const ran = new Set(
    objects.filter((one) => one.outcome !== 'not-written').map(({ ref }) => `${ref.kind} ${ref.name}`),
  );
  const names = (hooks?.post ?? [])
    .map(({ object, spec }) => ({ name: `${object.kind} ${object.metadata.name}`, events: spec.events.join(', ') }))
    .filter(({ name }) => !ran.has(name));
  if (names.length === 0) return [];
  const list = names.map(({ name, events }) => `${name} (${events})`).join(', ');
  return [
    `hooks that run once all is ready did not run: ${list}. If the app needs one of them to become ready, make it a hook before (pre-install, pre-upgrade)`,
  ];
}
