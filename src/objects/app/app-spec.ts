import type { AutoscaleConfig, ProbesConfig } from '../../config/probe-schema.ts';
import type { CronConfig, PodConfig } from '../../config/schema.ts';
import type { Images } from '../images.ts';
import type { ExposedApp, ExposedProcess } from '../ingress/ingress-spec.ts';
import type { Part } from '../labels.ts';
import type { KnownValues } from '../value.ts';

/** A command: a shell line, which `sh -c` in the image runs, or a list, which runs as it is. */
export type Command = string | readonly string[];

/** Keys of slipway.yml about a pod that reach its builder unchanged. A new key of the schema is one of these by itself. */
type PodKeys = Omit<PodConfig, 'env' | 'secrets' | 'podAnnotations'>;

/** Everything about a pod: the same for a process, a cron and a migration. */
export interface PodPart extends Part, PodKeys {
  /** Name of its container. */
  container: string;
  /** Name of its image in `AppSpec.images`. */
  image: string;
  command?: Command | undefined;
  /** Values as slipway.yml has them, with placeholders. */
  env: Readonly<Record<string, string>>;
  /** Secrets of the namespace whose keys become variables. */
  secrets: readonly string[];
  /** Annotations of the pods, as slipway.yml has them, with placeholders. A change replaces the pods. */
  podAnnotations: Readonly<Record<string, string>>;
}

/** A process: pods that run until they are replaced. Without a port it has no Service, no probes and no drain. */
export interface ProcessSpec extends PodPart, Omit<ExposedProcess, 'port'> {
  port: number | undefined;
  replicas: number;
  /** Milliseconds until the health check must have passed once. */
  startupMs: number;
  /** slipway.yml says how long; absent: it is the default. */
  startupGiven?: boolean;
  probes?: ProbesConfig | undefined;
  /** undefined: `replicas` is the number of pods. */
  autoscale?: AutoscaleConfig | undefined;
  /** Milliseconds that a pod may take to end after SIGTERM, after the drain. */
  graceMs: number;
  /** Names of the objects of the processes that must be ready before this one is written. */
  after: readonly string[];
}

/** A cron: a pod for each time of a schedule. */
export interface CronSpec extends PodPart {
  schedule: string;
  /** undefined: the zone of the cluster's controller, which is UTC on nearly all clusters. */
  timeZone: string | undefined;
  /** Milliseconds that one run may take; undefined: no limit. */
  deadlineMs: number | undefined;
  concurrency: NonNullable<CronConfig['concurrency']>;
  /** Runs to keep, of those that succeeded and of those that failed. */
  history: number;
  retries: number;
  /** undefined: as it is in the cluster, where an operator may have suspended it. */
  suspend: boolean | undefined;
}

/** One app in one namespace: the input of the builders of its objects. */
export interface AppSpec extends ExposedApp {
  /** By digest. */
  images: Images;
  processes: readonly ProcessSpec[];
  crons: readonly CronSpec[];
  /** Placeholders of the database and the services: `database.host`, `services.cache.url`. */
  connections?: KnownValues | undefined;
  /** Full id of the commit of the image; default: none, of a template. */
  commit?: string | undefined;
  /** The pull request of a review environment. */
  number?: number | undefined;
  /** Labels of every object and pod, in addition to those that identify the app. */
  labels: Readonly<Record<string, string>>;
  /** The server supports the `sleep` action of preStop (Kubernetes 1.30), which needs no program in the image. */
  nativeSleep: boolean;
  /** `restricted` also requires a user other than root, as the Pod Security Standard of that name does. */
  security: 'ordinary' | 'restricted';
}

/** The image of a part, by digest. @throws Error when the release does not have it, which the plan rules out */
export function imageOf({ images }: Pick<AppSpec, 'images'>, { image }: Pick<PodPart, 'image'>): string {
  const found = Object.hasOwn(images, image) ? images[image] : undefined;
  if (found === undefined) throw new Error(`the release has no image "${image}"`);
  return found;
}
