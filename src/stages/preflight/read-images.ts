import type { PreflightPlan } from '../../plan/preflight/preflight-plan.ts';
import type { LocalImage } from '../../ports.ts';
import type { Finding } from '../../preflight/finding.ts';
import { imageFindings } from '../../preflight/image/judge.ts';
import { inPool } from '../pool.ts';
import type { PreflightPorts } from './ports.ts';

/** Images that are read at once: the engine reads them from its disk. */
const AT_ONCE = 2;

/** Reads the configuration and the layers of each image. */
export async function readImages(
  { expected }: PreflightPlan,
  images: ReadonlyMap<string, LocalImage>,
  { observer, log }: PreflightPorts,
): Promise<Finding[]> {
  const found = await inPool(
    [...images],
    async ([name, { id }]) => {
      const details = await observer.describe(id);
      const layers = await observer.layers(id, details.size);
      if (layers.partial !== undefined)
        log.info(`image ${name} was not read for credentials as a whole: ${layers.partial}`);
      const { pods = [], place } = expected[name] ?? {};
      return imageFindings({ name, details, layers, pods, place });
    },
    AT_ONCE,
  );
  return found.flat();
}
