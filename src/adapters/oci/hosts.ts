/**
 * Slipway uses plain HTTP for registries on this machine, as Docker does.
 * @see https://docs.docker.com/reference/cli/dockerd/#insecure-registries ("Local registries, whose IP address falls in the
 *   127.0.0.0/8 range, are automatically marked as insecure")
 */
export function baseUrl(host: string): string {
  const name = host.replace(/:\d+$/, '');
  const local = name === 'localhost' || /^127(\.\d{1,3}){3}$/.test(name) || name === '[::1]';
  if (host === 'docker.io') return 'https://registry-1.docker.io';
  return `${local ? 'http' : 'https'}://${host}`;
}

/** Google's registries, which take a token of Application Default Credentials. */
export function isGoogleRegistry(host: string): boolean {
  return /^([a-z0-9-]+\.)?gcr\.io$|^[a-z0-9-]+-docker\.pkg\.dev$|\.pkg\.dev$/.test(host);
}

/** Container Registry itself, shut on 2025-03-18; its names live on only where a project moved them to Artifact Registry. */
export function isContainerRegistry(host: string): boolean {
  return /^([a-z]+\.)?gcr\.io$/.test(host);
}

/** Names of Container Registry, and the locations of the repositories of Artifact Registry that serve them. */
export const CONTAINER_REGISTRY: Readonly<Record<string, string>> = {
  'gcr.io': 'us',
  'us.gcr.io': 'us',
  'eu.gcr.io': 'europe',
  'asia.gcr.io': 'asia',
};

/** Whether the API of Artifact Registry knows the images of a host. */
export function isArtifactRegistry(host: string): boolean {
  return host in CONTAINER_REGISTRY || host.endsWith('-docker.pkg.dev');
}
