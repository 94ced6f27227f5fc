import { messageOf } from '../../errors.ts';
import { shortName } from '../../objects/ref.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { newReplicaSet } from '../../readiness/deployment.ts';
import { isGoing, isReadyPod, podView } from '../../readiness/pod-view.ts';
import type { Culprit, EventView } from '../../readiness/verdict.ts';
import { writtenAt } from '../../readiness/written-at.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { certificateProblems } from '../certificates.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { Settled } from './wait.ts';

const EVENTS = 6;
const LOG_LINES = 20;
const LAST_LINES = 'last lines of';

/**
 * The facts about an object that did not become ready: the old pods that still serve, the warnings about it and its new pods,
 * and the last log lines of the container in question. Neutralised; never rejects.
 */
export async function diagnose(settled: Settled, watch: NamespaceWatch, cluster: Cluster): Promise<string[]> {
  const object = watch.get(settled.target.uid);
  if (!object) return [];
  const pods = newPods(object, watch);
  return [
    ...stillServing(object, watch),
    ...(await certificateLines(object, cluster)),
    ...eventLines(eventsOf(object, pods, watch)),
    ...(await logLines(settled, pods, cluster)),
  ];
}

/** The cause is not in the condition of a Certificate, but in that of its CertificateRequest. */
async function certificateLines({ apiVersion, kind, metadata }: KubeObject, cluster: Cluster): Promise<string[]> {
  if (kind !== 'Certificate' || !apiVersion.startsWith('cert-manager.io/')) return [];
  return certificateProblems([metadata.name], metadata.namespace ?? '', cluster);
}

/** How many pods of earlier versions still serve, as a sentence; empty when none does. */
export function stillServing(object: KubeObject, watch: NamespaceWatch): string[] {
  if (object.kind !== 'Deployment') return [];
  const present = newReplicaSet(object, watch);
  const serving = watch
    .ownedBy(object.metadata.uid, 'ReplicaSet')
    .filter((replicaSet) => replicaSet !== present)
    .flatMap((replicaSet) => watch.ownedBy(replicaSet.metadata.uid, 'Pod').map(podView))
    .filter((pod) => isReadyPod(pod) && !isGoing(pod)).length;
  if (serving === 0) return [];
  return [serving === 1 ? '1 old pod keeps serving' : `${serving} old pods keep serving`];
}

/** The pods of the present version, and their ReplicaSet. */
function newPods(object: KubeObject, watch: NamespaceWatch): KubeObject[] {
  if (object.kind !== 'Deployment') return watch.ownedBy(object.metadata.uid, 'Pod');
  const present = newReplicaSet(object, watch);
  return present ? [present, ...watch.ownedBy(present.metadata.uid, 'Pod')] : [];
}

interface EventAbout extends EventView {
  about: string;
}

/** The warnings about an object since the write of its present version, and about its new pods; oldest first. */
function eventsOf(object: KubeObject, pods: readonly KubeObject[], watch: NamespaceWatch): EventAbout[] {
  const warnings = ({ kind, metadata: { name, uid } }: KubeObject): EventAbout[] =>
    watch.warnings(uid).map((event) => ({ ...event, about: `${kind} ${name}` }));
  const own = warnings(object).filter(({ at }) => at >= writtenAt(object));
  return [...own, ...pods.flatMap(warnings)].filter(explains).sort((a, b) => a.at - b.at);
}

/** The newest warnings, each text once. */
function eventLines(events: readonly EventAbout[]): string[] {
  const different = [...new Map(events.map((event) => [gist(event.message), event])).values()];
  const lines = different
    .slice(-EVENTS)
    .map(({ about, reason, message }) => neutraliseLine(`${about}: ${reason}: ${message.replace(COMBINED, '')}`));
  return lines.length > 0 ? ['events:', ...lines.map((line) => `  ${line.slice(0, 500)}`)] : [];
}

const COMBINED = /^\(combined from similar events\): /;

/** A message without the parts that differ each time: the random name of a pod that could not be created. */
function gist(message: string): string {
  return message.replace(COMBINED, '').replace(/pods "[^"]+"/g, 'pods');
}

/** "Error: ErrImagePull" only repeats another event. */
function explains(event: EventView): boolean {
  return !/^Error: \w+$/.test(event.message);
}

/** The log lines in a diagnosis. */
export function logLinesOf(diagnosis: readonly string[]): string[] {
  const start = diagnosis.findIndex((line) => line.startsWith(LAST_LINES));
  return start < 0 ? [] : diagnosis.slice(start + 1);
}

async function logLines(settled: Settled, pods: readonly KubeObject[], cluster: Cluster): Promise<string[]> {
  const culprit = ('culprit' in settled.verdict ? settled.verdict.culprit : undefined) ?? running(pods);
  if (!culprit) return [];
  const whose = `${culprit.container} in ${shortName(culprit.pod)}`;
  try {
    const lines = await lastLines(culprit, cluster);
    if (lines.length === 0) return [];
    const which = `${LAST_LINES} ${whose}${culprit.previous ? ', the previous run' : ''}:`;
    return [which, ...lines.map((line) => `  ${neutraliseLine(line)}`)];
  } catch (error) {
    // Without permission to read logs, or without the pod, the cause and the events must suffice.
    return [`the log of ${whose} could not be read: ${neutraliseLine(messageOf(error))}`];
  }
}

/** The first container that runs and is not ready: its log usually has the cause. */
function running(pods: readonly KubeObject[]): Culprit | undefined {
  for (const pod of pods.filter((object) => object.kind === 'Pod').map(podView)) {
    const status = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
      (one) => one.state?.running && !one.ready,
    );
    const { name, namespace } = pod.metadata;
    const ref = { apiVersion: 'v1', kind: 'Pod', name, ...(namespace ? { namespace } : {}) };
    if (status && !isGoing(pod)) return { pod: ref, container: status.name, previous: false };
  }
  return undefined;
}

async function lastLines({ pod, container, previous }: Culprit, cluster: Cluster): Promise<string[]> {
  const read = (before: boolean) =>
    cluster.logs(pod, { container, tailLines: LOG_LINES, ...(before ? { previous: true } : {}) });
  const lines = await read(previous);
  return lines.length > 0 || !previous ? lines : read(false);
}
