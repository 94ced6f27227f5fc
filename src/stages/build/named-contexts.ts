import type { BuildPlan } from '../../plan/build-plan.ts';
import type { FolderScan } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/** A named context of a build: an image, or a folder with what was read of it. */
export interface ReadContext {
  name: string;
  /** What `docker buildx build --build-context` takes: an absolute folder, or docker-image://<reference>. */
  source: string;
  image: string | undefined;
  scan: FolderScan | undefined;
  /** The key of slipway.yml that names it. */
  key: string;
}

/** @throws UserError for a builder without named contexts, and for a folder that is missing or outside of the repository */
export async function readContexts(
  { contexts, border }: Pick<BuildPlan, 'contexts' | 'border'>,
  { builder, context }: Pick<BuildPorts, 'builder' | 'context'>,
): Promise<ReadContext[]> {
  if (contexts.length > 0) await builder.requireNamedContexts();
  return Promise.all(
    contexts.map(async ({ name, key, ...from }) => {
      if ('image' in from)
        return { name, key, source: `docker-image://${from.image}`, image: from.image, scan: undefined };
      const { folder, ...scan } = await context.scanNamed({ path: from.folder, key }, border);
      return { name, key, source: folder, image: undefined, scan };
    }),
  );
}
