import type { KubeObject } from '../../ports.ts';
import { ingressObjects } from '../ingress/ingress-objects.ts';
import type { IngressSpec } from '../ingress/ingress-spec.ts';
import type { Login } from '../ingress/login.ts';
import { deployment } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { migrationJobOf } from './migration-job.ts';
import { service } from './service.ts';

/** A command: a shell line, run by `sh -c` in the image, or a list, run as it is. */
export type Command = string | readonly string[];

/** One app in one namespace: everything that its objects are made from. Plain values, no defaults of slipway.yml left. */
export interface AppSpec {
  /** Name of all its objects: an RFC 1123 label. */
  name: string;
  namespace: string;
  /** By digest: repository@sha256:… */
  image: string;
  port: number;
  /** Path of the health check; undefined: the port must accept connections. */
  health: string | undefined;
  replicas: number;
  /** undefined: what the image says. */
  command: Command | undefined;
  env: Readonly<Record<string, string>>;
  /** Secrets of the namespace whose keys become variables. */
  secrets: readonly string[];
  resources: { cpu?: string | undefined; memory?: string | undefined };
  /** Milliseconds for which a pod keeps serving after it is taken out of the Service. */
  drainMs: number;
  /** How requests get in; undefined: only inside of the cluster. */
  ingress: IngressSpec | undefined;
  /** What visitors are asked for, where they are. */
  login?: Login | undefined;
  /** Put on every object and pod, besides those that say what the object is. */
  labels: Readonly<Record<string, string>>;
  /** Put on the pods: a change rolls them (for example a hash of the Secrets they read). */
  podAnnotations: Readonly<Record<string, string>>;
  /** The server has the `sleep` action of preStop (1.30 and later), which needs no program in the image. */
  nativeSleep: boolean;
  /** `restricted` also demands a user other than root, as the Pod Security Standard of this name does. */
  security: 'ordinary' | 'restricted';
}

/** Deployment, Service, what lets requests in (with a host), and PodDisruptionBudget (with 2 replicas or more) of an app. */
export function appObjects(spec: AppSpec): KubeObject[] {
  return [deployment(spec), service(spec), ...ingressObjects(spec), ...disruptionBudget(spec)];
}

/**
 * The Job that migrates the app's database: the app's own pod with another command. Its name holds a hash of image and
 * command, so that it runs once for each of them.
 */
export function migrationJob(spec: AppSpec, command: Command): KubeObject {
  return migrationJobOf(deployment(spec), { app: spec.name, image: spec.image, command, labels: spec.labels });
}
