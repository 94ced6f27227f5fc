/** What a sweep works with. */
export interface SweepOptions {
  /** File of the kubeconfig of the cluster. */
  kubeconfig: string;
  /** For every program. */
  env: NodeJS.ProcessEnv;
  /** Rolls out each set whose image is one of `images`. */
  real: boolean;
  /** By digest, `repository@sha256:…`: what the cluster can pull. */
  images?: readonly string[];
}
