import type { PushPlan } from '../../plan/push-plan.ts';
import type { LocalImage, RegistryImage } from '../../ports.ts';
import { attachApis } from '../apis/attach.ts';
import { readServed } from '../apis/record.ts';
import type { PushPorts } from './ports.ts';

/** What was attached to an image. */
export interface LeftApis {
  /** The processes whose API the record describes; undefined: it could not be attached. */
  processes: string | undefined;
  warning: string | undefined;
}

/**
 * Attaches to a pushed image the descriptions of APIs that preflight saw in this job, so that later releases are compared with
 * them. The image of a fork is not started beside credentials: nothing is known of it.
 */
export async function leaveApis(
  { plan, image }: { plan: PushPlan; image: LocalImage },
  { repository, digest }: RegistryImage,
  ports: PushPorts,
): Promise<LeftApis | undefined> {
  const { apisDir, archive, name, sha: commit } = plan;
  if (apisDir === undefined || archive !== undefined) return undefined;
  const record = await readServed(ports.files, apisDir, { image: image.id, name, commit });
  if (record === undefined) return undefined;
  const warning = await attachApis({ repository, digest }, record, ports);
  return { processes: warning === undefined ? Object.keys(record).join(', ') : undefined, warning };
}
