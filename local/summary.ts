import type { Platform } from './types.ts';

/** What the user reads about a platform that is up. */
export function summary(platform: Platform): string {
  return [
    `Kubernetes ${platform.kubernetesVersion} (${platform.source})`,
    `  kubeconfig  ${platform.kubeconfig} (context ${platform.context})`,
    `  registry    ${platform.registry}`,
    `  docker      ${platform.docker.host}`,
    `  ingress     http://<name>.localhost:${platform.ingress.port} (class ${platform.ingress.className})`,
    `  tools       ${platform.tools.dir}`,
  ].join('\n');
}
