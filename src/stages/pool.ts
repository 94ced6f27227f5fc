/** Enough to hide the latency of a distant API server, few enough not to be throttled by it. */
const AT_ONCE = 32;

/** Works on all of them, at most 32 at a time; the results are in the order of the items. Rejects with the first error. */
export async function inPool<T, R>(items: readonly T[], work: (item: T) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    // All workers take from the one iterator.
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
