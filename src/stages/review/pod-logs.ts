import { messageOf } from '../../errors.ts';
import { refOf } from '../../objects/ref.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import type { Answer } from '../../report/review-state.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { maskSecretsIn } from '../mask-secrets.ts';
import type { Site } from '../site.ts';

/** Lines of each container. */
const LINES = 40;
/** Number of pods to show. */
const PODS = 12;

/**
 * The last lines of every container of an environment, neutralised. Masks the values of its Secrets first, wherever the
 * lines are printed.
 */
export async function podLogs(
  namespace: string,
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<NonNullable<Answer['logs']>> {
  await maskSecretsIn(namespace, cluster, log);
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
  const shown = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).slice(0, PODS);
  const each = shown.flatMap((pod) => containersOf(pod).map((container) => ({ pod, container })));
  return Promise.all(
    each.map(async ({ pod, container }) => ({
      title: `${pod.metadata.name} ${container}`,
      lines: (await linesOf(pod, container, cluster)).map((line) => neutraliseLine(line)),
    })),
  );
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
