import type { KubeObject } from '../ports.ts';
import { isFields } from './fields.ts';
import { tryReference } from './image-reference.ts';

/** The fields of a container that plans read; the others stay as they are. */
export interface Container {
  name: string;
  image?: string;
  [field: string]: unknown;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  [field: string]: unknown;
}

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

const isPodSpec = (value: unknown): value is PodSpec => isFields(value) && Array.isArray(value.containers);

/**
 * The pod template of any object that has one: a Pod itself, `spec.template` (Deployment, StatefulSet, DaemonSet, Job,
 * and custom workloads such as Rollouts), `spec.jobTemplate.spec.template` (CronJob).
 */
export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  const spec = object.spec;
  if (!isFields(spec)) return undefined;
  if (object.kind === 'Pod' && isPodSpec(spec)) return { metadata: object.metadata, spec };
  const { jobTemplate } = spec;
  const ofJobs = templateIn(isFields(jobTemplate) ? jobTemplate.spec : undefined);
  // A field that the kind does not have must not hide the one that counts.
  return object.kind === 'CronJob' ? (ofJobs ?? templateIn(spec)) : (templateIn(spec) ?? ofJobs);
}

function templateIn(spec: unknown): PodTemplate | undefined {
  const template = isFields(spec) ? spec.template : undefined;
  return isFields(template) && isPodSpec(template.spec) ? (template as unknown as PodTemplate) : undefined;
}

/** Containers and init containers, in the order they run. */
export function containersOf(template: PodTemplate): Container[] {
  const { initContainers, containers } = template.spec;
  return [...(Array.isArray(initContainers) ? initContainers : []), ...containers].filter(isFields) as Container[];
}

/** Whether a container or an init container of the pods runs one of these images. @param images by digest */
export function runsImage(template: PodTemplate, images: ReadonlySet<string>): boolean {
  return containersOf(template).some(({ image = '' }) => images.has(image));
}

/** host/path of an image reference, by Docker's rules (`redis` is docker.io/library/redis). */
export function repositoryOf(image: string): string {
  return tryReference(image)?.repository ?? image;
}

export function sameRepository(a: string | undefined, b: string): boolean {
  return a !== undefined && repositoryOf(a) === repositoryOf(b);
}

/** sha256:… of a reference by digest; undefined for one by tag. */
export function digestOf(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}
