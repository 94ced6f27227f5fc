import { messageOf } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import { refOf } from '../../objects/ref.ts';
import { PART_LABEL } from '../../plan/review/environment/owner.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import type { Answer } from '../../report/review-state.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { maskSecretsIn } from '../mask-secrets.ts';
import type { Site } from '../site.ts';

/** Lines of each container. */
const LINES = 40;
/** Number of pods to show. */
const PODS = 12;

/** Which pods: those of a process, cron, service or container, or those of one Job. */
export type Wanted = { part: string } | { job: string };

/**
 * The last lines of every container of an environment, or of the wanted ones, neutralised. Masks the values of its Secrets
 * first, wherever the lines are printed.
 */
export async function podLogs(
  namespace: string,
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
  wanted?: Wanted,
): Promise<NonNullable<Answer['logs']>> {
  await maskSecretsIn(namespace, cluster, log);
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
  const shown = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const each = shown
    .filter((pod) => wanted === undefined || isWanted(pod, wanted))
    .slice(0, PODS)
    .flatMap((pod) => containersOf(pod).map((container) => ({ pod, container })));
  return Promise.all(
    each.map(async ({ pod, container }) => ({
      title: `${pod.metadata.name} ${container}`,
      lines: (await linesOf(pod, container, cluster)).map((line) => neutraliseLine(line)),
    })),
  );
}

/** The names by which the pods of an environment can be asked for. */
export async function partNames(namespace: string, { cluster }: Pick<Site, 'cluster'>): Promise<string[]> {
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
  return [...new Set(pods.map((pod) => namesOf(pod)[0] ?? pod.metadata.name))].sort();
}

function isWanted(pod: KubeObject, wanted: Wanted): boolean {
  if ('job' in wanted) return pod.metadata.labels?.['batch.kubernetes.io/job-name'] === wanted.job;
  return namesOf(pod).includes(wanted.part);
}

/** The part that a pod belongs to, the name that `app.kubernetes.io/component` gives it, and its containers. */
function namesOf(pod: KubeObject): string[] {
  const { [PART_LABEL]: part, [LABELS.component]: component } = pod.metadata.labels ?? {};
  return [part, component, ...containersOf(pod)].filter((name) => name !== undefined);
}

async function linesOf(pod: KubeObject, container: string, cluster: Cluster): Promise<string[]> {
  try {
    const lines = await cluster.logs(refOf(pod), { container, tailLines: LINES });
    return lines.length === 0 ? ['(it has written nothing yet)'] : lines;
  } catch (error) {
    return [`(no log: ${messageOf(error)})`];
  }
}

function containersOf(pod: KubeObject): string[] {
  return ((pod.spec as { containers?: { name: string }[] }).containers ?? []).map(({ name }) => name);
}
