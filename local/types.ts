export type BaseImage = 'debian' | 'python' | 'node' | 'golang' | 'postgres' | 'mariadb' | 'memcached' | 'redis';

/** A registry, a Docker engine and a Kubernetes to deploy to, and how to reach each of them. */
export interface Platform {
  /** Admin access: always given explicitly, never the user's own default. */
  kubeconfig: string;
  context: string;
  /** Host and port, as it stands in image references on this machine and in the cluster. */
  registry: string;
  /** An empty configDir stands for the user's own. */
  docker: { host: string; bin: string; configDir: string };
  /** Ingress objects of this class are served at http://<name>.localhost:<port>. */
  ingress: { className: string; port: number };
  /** A folder with kubectl and helm. */
  tools: { dir: string };
  /** References by digest of the images to build on. */
  baseImages: Record<BaseImage, string>;
  kubernetesVersion: string;
  source: 'built' | 'kind' | 'k3d' | 'user';
}
