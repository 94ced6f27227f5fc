import { fields, list, textOf } from '../objects/fields.ts';
import { podTemplateOf } from '../objects/pod-template.ts';
import type { KubeObject } from '../ports.ts';
import { type Finding, finding } from './finding.ts';

/** The objects of one environment. */
export interface Observed {
  environment: string;
  objects: readonly KubeObject[];
  /** Releases come by promotion alone: what visitors use. */
  production: boolean;
}

/** What the objects of an environment prove, without a cluster. */
export function objectFindings(all: Observed): Finding[] {
  return all.objects.flatMap((object) => [
    ...budgetFindings(object, all),
    ...replicaFindings(object, all),
    ...certificateFindings(object, all),
    ...retiredFindings(object, all),
    ...emptyDirFindings(object, all),
  ]);
}

type Sentence = Pick<Parameters<typeof finding>[1], 'seen' | 'remedy'>;

function at({ kind, metadata }: KubeObject, { environment }: Observed) {
  return { environment, object: `${kind} ${metadata.name}` };
}

function replicasOf({ spec }: KubeObject): number {
  return Number(fields(spec).replicas ?? 1);
}

/** A budget that allows no eviction: every drain of a node waits for ever. */
function budgetFindings(object: KubeObject, all: Observed): Finding[] {
  if (object.kind !== 'PodDisruptionBudget') return [];
  const { minAvailable, maxUnavailable, selector } = fields(object.spec);
  const wanted = Object.entries(fields(fields(selector).matchLabels));
  const workload = all.objects.find((one) => {
    const labels = fields(podTemplateOf(one)?.metadata?.labels);
    return one.kind !== 'CronJob' && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
  });
  const pods = workload === undefined ? undefined : replicasOf(workload);
  const isNone = maxUnavailable === 0 || maxUnavailable === '0%' || minAvailable === '100%';
  const isAll = typeof minAvailable === 'number' && pods !== undefined && pods > 0 && minAvailable >= pods;
  const isScaled = all.objects.some(({ kind, spec }) => {
    return kind === 'HorizontalPodAutoscaler' && fields(fields(spec).scaleTargetRef).name === workload?.metadata.name;
  });
  if (!isNone && (!isAll || isScaled)) return [];
  const said = isNone
    ? `${maxUnavailable === undefined ? `minAvailable ${minAvailable}` : `maxUnavailable ${maxUnavailable}`}`
    : `minAvailable ${minAvailable} of ${pods} pods`;
  const sentence: Sentence = {
    seen: `it has ${said}: no pod may be evicted`,
    remedy: 'Write `maxUnavailable: 1`, and run two pods or more; leave the budget out for a single pod.',
  };
  return [finding('budget-blocks-drains', { where: at(object, all), confidence: 'proven', ...sentence })];
}

/** One pod behind a Service in production. */
function replicaFindings(object: KubeObject, all: Observed): Finding[] {
  const serves = list(fields(podTemplateOf(object)?.spec).containers).some(({ ports }) => list(ports).length > 0);
  if (!all.production || object.kind !== 'Deployment' || !serves || replicasOf(object) !== 1) return [];
  const isScaled = all.objects.some(({ kind, spec }) => {
    const { name } = fields(fields(spec).scaleTargetRef);
    return kind === 'HorizontalPodAutoscaler' && name === object.metadata.name;
  });
  if (isScaled) return [];
  return [
    finding('single-replica', {
      where: at(object, all),
      confidence: 'likely',
      seen: 'it has one pod, and a port',
      remedy: 'Set `replicas: 2`. If only one may run, accept this finding with the reason.',
    }),
  ];
}

const isGoogle = (name: string) => /^gce(-internal)?$/.test(name);

function classOf({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.['kubernetes.io/ingress.class'] ?? textOf(fields(spec).ingressClassName);
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs#prerequisites */
function certificateFindings(object: KubeObject, all: Observed): Finding[] {
  const managed = object.metadata.annotations?.['networking.gke.io/managed-certificates'];
  const name = classOf(object);
  if (object.kind !== 'Ingress' || managed === undefined || name === '' || isGoogle(name)) return [];
  return [
    finding('certificate-without-its-controller', {
      where: at(object, all),
      confidence: 'proven',
      seen: `it asks for the ManagedCertificate ${managed}, and its class is ${name}`,
      remedy: 'Use a cert-manager Issuer (`tls.issuer`), or the ingress of Google (`ingress.kind: gke`).',
    }),
  ];
}

/** @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
function retiredFindings(object: KubeObject, all: Observed): Finding[] {
  if (object.kind !== 'Ingress' || classOf(object) !== 'nginx') return [];
  return [
    finding('retired-controller', {
      where: at(object, all),
      confidence: 'possible',
      seen: 'its class is nginx; ingress-nginx gets no fixes since March 2026',
      remedy: 'Plan the move to the Gateway API (`ingress.kind: gateway`) or to another controller.',
    }),
  ];
}

/** An emptyDir on disk without a limit, in a workload with several pods. */
function emptyDirFindings(object: KubeObject, all: Observed): Finding[] {
  const template = podTemplateOf(object);
  if (object.kind !== 'Deployment' || template === undefined || replicasOf(object) < 2) return [];
  const volumes = list(template.spec.volumes).filter(({ emptyDir }) => emptyDir !== undefined);
  return volumes
    .filter(({ name }) => /session|token|upload|media|data|storage/i.test(textOf(name)))
    .map(({ name }) =>
      finding('data-in-empty-dir', {
        where: at(object, all),
        confidence: 'possible',
        seen: `volume ${textOf(name)} is an emptyDir of each of ${replicasOf(object)} pods`,
        remedy: 'Keep what several requests need in Redis, in the database or in a volume with a claim.',
        key: textOf(name),
      }),
    );
}
