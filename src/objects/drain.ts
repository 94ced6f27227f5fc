/** Seconds, at least 1, for which a pod keeps serving while proxies and load balancers learn that it ends. */
export function drainSeconds({ drainMs }: { drainMs: number }): number {
  return Math.max(1, Math.ceil(drainMs / 1000));
}
