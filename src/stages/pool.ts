/**
 * Enough to hide the latency of a distant API server, and few enough to wait in its queues and not be refused.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
const AT_ONCE = 64;

/**
 * Works on all of them, at most 64 at a time; the results are in the order of the items. After an error no further one is
 * begun; it rejects with the first, and not before those under way have ended: what follows must not meet a late write.
 */
export async function inPool<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    // All workers take from the one iterator.
    for (const [index, item] of queue) {
      if (failure) return;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failure) throw failure.error;
  return results;
}
