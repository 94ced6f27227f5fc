import type { DeployConfig } from '../../config/schema.ts';
import type { ExposedApp } from '../ingress/ingress-spec.ts';

/** A command: a shell line, which `sh -c` in the image runs, or a list, which runs as it is. */
export type Command = string | readonly string[];

/** Keys of `deploy` that differ by environment, or that `appSpecOf` converts. */
type MappedKey = 'port' | 'health' | 'replicas' | 'env' | 'secrets' | 'startup' | 'drain';
/** Keys of `deploy` that the objects of Slipway do not read. */
export type SourceKey = 'migrate' | 'reversible' | 'manifests' | 'kustomize' | 'helm';

/** Keys of `deploy` that reach the builders of objects unchanged. A new key of the schema is one of these by itself. */
type DeployKeys = Omit<DeployConfig, MappedKey | SourceKey>;

/** One app in one namespace: the input of the builders of its objects. */
export interface AppSpec extends ExposedApp, DeployKeys {
  /** By digest: repository@sha256:… */
  image: string;
  /** Milliseconds until the health check must have passed once. */
  startupMs: number;
  replicas: number;
  env: Readonly<Record<string, string>>;
  /** Secrets of the namespace whose keys become variables. */
  secrets: readonly string[];
  /** Labels of every object and pod, in addition to those that identify the app. */
  labels: Readonly<Record<string, string>>;
  /** Annotations of the pods. A change replaces the pods (for example a hash of the Secrets they read). */
  podAnnotations: Readonly<Record<string, string>>;
  /** The server supports the `sleep` action of preStop (Kubernetes 1.30), which needs no program in the image. */
  nativeSleep: boolean;
  /** `restricted` also requires a user other than root, as the Pod Security Standard of that name does. */
  security: 'ordinary' | 'restricted';
}
