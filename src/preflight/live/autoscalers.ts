import { fields, list, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { type LiveEnvironment, ofKind } from './facts.ts';

/** Autoscalers of pods and of nodes that cannot add any more. */
export function autoscalerFindings(live: LiveEnvironment): Finding[] {
  const { environment, own, shared } = live;
  const pods = ofKind(own, 'HorizontalPodAutoscaler').flatMap((one) => podFinding(one, environment));
  const [status] = ofKind(shared, 'ConfigMap');
  return [...pods, ...waitingPods(live), ...(status ? groupFindings(textOf(fields(status.data).status)) : [])];
}

function podFinding({ metadata, spec, status }: KubeObject, environment: string): Finding[] {
  const { maxReplicas, scaleTargetRef } = fields(spec);
  const { conditions, currentReplicas } = fields(status);
  const isLimited = list(conditions).some(({ type, status: state, reason }) => {
    return type === 'ScalingLimited' && state === 'True' && reason === 'TooManyReplicas';
  });
  if (!isLimited) return [];
  const { kind, name } = fields(scaleTargetRef);
  return [
    finding('autoscaler-at-its-end', {
      where: { environment, object: `HorizontalPodAutoscaler ${metadata.name}` },
      confidence: 'proven',
      seen: `${textOf(kind)} ${textOf(name)} has ${currentReplicas} pods, its most (${maxReplicas}), and the metric asks for more`,
      remedy: 'Raise `autoscale.max`, as far as the nodes and the database allow, or make each request cheaper.',
    }),
  ];
}

/** The cluster autoscaler says so in an event of the pod that waits. */
function waitingPods({ environment, own }: LiveEnvironment): Finding[] {
  const pods = new Map<string, string>();
  for (const { involvedObject, message } of ofKind(own, 'Event')) {
    if (/max (node group|cluster .{1,20}) (size|limit) reached|max limit reached/.test(textOf(message).slice(0, 2_000)))
      pods.set(textOf(fields(involvedObject).name), textOf(message));
  }
  const [first] = pods.keys();
  if (first === undefined) return [];
  return [
    finding('autoscaler-at-its-end', {
      where: { environment, object: 'cluster autoscaler' },
      confidence: 'proven',
      seen: `${pods.size === 1 ? `pod ${first} waits` : `${pods.size} pods wait, pod ${first} among them`} for a node: the node pools are at their most`,
      remedy: NODES,
      key: 'pods',
    }),
  ];
}

const NODES =
  'Raise the maximum of the node pool and the quota of the project, or lower requests (`resources`, `review.max`).';

/** Lines of the old text, and of YAML since cluster autoscaler 1.30. */
const GROUP = /^\s*(?:- )?name: *(\S+)/i;
const TARGET = /cloudProviderTarget[=:] *(\d+)/;
const MOST = /maxSize[=:] *(\d+)/;

/** @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-can-i-monitor-cluster-autoscaler */
function groupFindings(text: string): Finding[] {
  const full: string[] = [];
  let [name, target]: (string | undefined)[] = [];
  for (const line of text.slice(0, LONGEST).split('\n')) {
    const [, named] = GROUP.exec(line) ?? [];
    if (named !== undefined) [name, target] = [named, undefined];
    target = TARGET.exec(line)?.[1] ?? target;
    const most = MOST.exec(line)?.[1];
    if (name !== undefined && target !== undefined && most !== undefined && Number(most) > 0) {
      if (Number(target) >= Number(most)) full.push(`${name.split('/').at(-1)} (${most})`);
      name = undefined;
    }
  }
  if (full.length === 0) return [];
  return [
    finding('autoscaler-at-its-end', {
      where: { object: 'cluster autoscaler' },
      confidence: 'possible',
      seen: `it cannot add nodes to ${full.join(', ')}: the pool has its most`,
      remedy: NODES,
      key: full.map((one) => one.split(' ')[0]).join(),
    }),
  ];
}

const LONGEST = 200_000;
