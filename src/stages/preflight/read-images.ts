import type { PreflightPlan } from '../../plan/preflight/preflight-plan.ts';
import type { LocalImage } from '../../ports.ts';
import type { Finding } from '../../preflight/finding.ts';
import { imageFindings } from '../../preflight/image/judge.ts';
import { inPool } from '../pool.ts';
import type { PreflightPorts } from './ports.ts';

/** Images that are read at once: the engine reads them from its disk. */
const AT_ONCE = 2;

export interface ReadImages {
  findings: Finding[];
  /** Images that were read in part, as sentences. */
  notes: string[];
}

/** Reads the configuration and the layers of each image. */
export async function readImages(
  { expected }: PreflightPlan,
  images: ReadonlyMap<string, LocalImage>,
  { observer }: PreflightPorts,
): Promise<ReadImages> {
  const found = await inPool(
    [...images],
    async ([name, { id }]) => {
      const details = await observer.describe(id);
      const layers = await observer.layers(id, details.size);
      const { pods = [], place } = expected[name] ?? {};
      const note = `image ${name} was not read for credentials as a whole: ${layers.partial}`;
      return {
        findings: imageFindings({ name, details, layers, pods, place }),
        notes: layers.partial === undefined ? [] : [note],
      };
    },
    AT_ONCE,
  );
  return { findings: found.flatMap((one) => one.findings), notes: found.flatMap((one) => one.notes) };
}
