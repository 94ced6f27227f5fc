import { UserError } from '../../errors.ts';
import { targetName } from '../../plan/images/tags.ts';
import type { PlannedTest, TestPlan } from '../../plan/test-plan.ts';
import type { LocalImage } from '../../ports.ts';
import { inPool } from '../pool.ts';
import type { TestPorts } from './ports.ts';

/** The images of the tests of a plan. */
export interface FoundImages {
  /** The images that the tests vouch for, by name. */
  vouchedFor: ReadonlyMap<string, LocalImage>;
  /** The images that the tests run in, in the order of the tests. */
  runIn: readonly LocalImage[];
}

/** @throws UserError for an image that the engine does not have, and for a stage that was not built together with its image */
export async function findImages({ tests, images }: TestPlan, ports: TestPorts): Promise<FoundImages> {
  const names = [...new Set(tests.map(({ image }) => image))];
  const found = await inPool(names, async (name) => [name, await findImage(images[name], ports)] as const);
  const vouchedFor = new Map(found);
  const runIn = await inPool(tests, (test) => stageOf(test, vouchedFor.get(test.image) as LocalImage, ports));
  return { vouchedFor, runIn };
}

async function findImage(
  { reference, given }: TestPlan['images'][string] = { reference: '', given: false, contextDir: '' },
  { images, containers, signal }: TestPorts,
): Promise<LocalImage> {
  if (given) await containers.ensureImage(reference, signal);
  const image = await images.inspect(reference);
  if (image) return image;
  throw new UserError(`image ${reference} is not in this Docker engine`, {
    remedy:
      'Run build-image earlier in the same job, or give its output `image` (or a reference that can be pulled) as input `image`.',
  });
}

async function stageOf({ name, target }: PlannedTest, image: LocalImage, { images }: TestPorts): Promise<LocalImage> {
  if (target === undefined) return image;
  const stage = await images.inspect(targetName(target, image.id));
  if (stage) return stage;
  throw new UserError(
    `tests.${name}.target: stage ${target} was not built in this Docker engine together with ${image.id}`,
    {
      remedy:
        'Run build-image earlier in the same job: it builds the stages that tests name. Give run-tests its output `image`, or no `image`.',
    },
  );
}
