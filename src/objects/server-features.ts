/**
 * Whether the server has the `sleep` action of preStop, which is on by default from 1.30.
 * @param version e.g. v1.34.1
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations
 */
export function hasNativeSleep(version: string): boolean {
  return isAtLeast(version, 30);
}

/**
 * Whether the server has native sidecars, which are on by default from 1.29.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function hasNativeSidecars(version: string): boolean {
  return isAtLeast(version, 29);
}

function isAtLeast(version: string, wanted: number): boolean {
  const [, major = '1', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || Number(minor) >= wanted;
}
