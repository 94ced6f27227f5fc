import type { ExposedApp } from '../ingress/ingress-spec.ts';

/** A command: a shell line, run by `sh -c` in the image, or a list, run as it is. */
export type Command = string | readonly string[];

/** One app in one namespace: everything that its objects are made from. Plain values, no defaults of slipway.yml left. */
export interface AppSpec extends ExposedApp {
  /** By digest: repository@sha256:… */
  image: string;
  replicas: number;
  /** undefined: what the image says. */
  command: Command | undefined;
  env: Readonly<Record<string, string>>;
  /** Secrets of the namespace whose keys become variables. */
  secrets: readonly string[];
  resources: { cpu?: string | undefined; memory?: string | undefined };
  /** Put on every object and pod, besides those that say what the object is. */
  labels: Readonly<Record<string, string>>;
  /** Put on the pods: a change rolls them (for example a hash of the Secrets they read). */
  podAnnotations: Readonly<Record<string, string>>;
  /** The server has the `sleep` action of preStop (1.30 and later), which needs no program in the image. */
  nativeSleep: boolean;
  /** `restricted` also demands a user other than root, as the Pod Security Standard of this name does. */
  security: 'ordinary' | 'restricted';
}
