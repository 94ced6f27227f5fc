import { messageOf } from '../../errors.ts';
import type { Referrers } from '../../ports.ts';
import type { ApiRecord } from '../../preflight/side-by-side/api-record.ts';
import { APIS_TYPE, apisArtifact, isStored, newestOf } from './artifact.ts';

interface Ports {
  referrers: Pick<Referrers, 'attach' | 'list'>;
  clock: { now(): number };
  signal: AbortSignal;
}

/**
 * Attaches to a pushed image what its processes serve, unless the newest record of the image says the same. The digest of the
 * image stays.
 * @returns a warning in place of every error: the push itself succeeded
 */
export async function attachApis(
  { repository, digest }: { repository: string; digest: string },
  record: ApiRecord,
  { referrers, clock, signal }: Ports,
): Promise<string | undefined> {
  const failed = (reason: string) =>
    `${repository}@${digest} has no description of its API, so no later release is compared with it: ${reason}`;
  const artifact = apisArtifact(record, new Date(clock.now()).toISOString());
  if (artifact === undefined) return failed('it is larger than 4 MiB, compressed');
  try {
    const stored = await referrers.list(repository, digest, APIS_TYPE);
    if (!isStored(artifact, newestOf(stored))) await referrers.attach(repository, digest, artifact);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return failed(messageOf(error));
  }
}
