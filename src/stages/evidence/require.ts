import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Images } from '../../objects/images.ts';
import { type Believed, passedSuite, type WantedSuite } from '../../plan/evidence/pick.ts';
import type { Here } from '../../plan/evidence/trust.ts';
import type { ReadPorts } from './ports.ts';
import { readEvidence } from './read.ts';

/** Checks the evidence of the images of a release, by digest, for a commit. Rejects with a UserError that says what is missing. */
export type CheckEvidence = (images: Images, commit: string) => Promise<void>;

/** Tests that passed in the image before somebody changed them. */
function otherDefinitions(missing: readonly string[], believed: readonly Believed[]): string[] {
  return missing.flatMap((name) => {
    const { facts } = believed.find(({ facts: one }) => one.kind === 'suite' && one.suite.name === name) ?? {};
    return facts?.kind === 'suite'
      ? [`${name} passed in it with another definition of the test: ${facts.suite.run}`]
      : [];
  });
}

/**
 * Requires evidence that tests passed in images.
 * @param required name of an image → its tests; other images need none
 * @throws UserError that names each image, its tests without evidence, and why statements about it do not count; EnvironmentError
 *   when the registry does not answer
 */
export async function requireEvidence(
  images: Images,
  required: Readonly<Record<string, readonly WantedSuite[]>>,
  here: Here,
  ports: ReadPorts,
): Promise<void> {
  const open: string[] = [];
  for (const [name, reference] of Object.entries(images)) {
    const suites = required[name] ?? [];
    if (suites.length === 0) continue;
    const { repository, digest } = parseReference(reference);
    const { believed, refused } =
      digest === undefined ? { believed: [], refused: [] } : await readEvidence(repository, digest, here, ports);
    const missing = suites.filter((suite) => passedSuite(believed, suite) === undefined).map((suite) => suite.name);
    if (missing.length === 0) continue;
    open.push(
      `${reference}: ${missing.join(', ')}`,
      ...refused.map((reason) => `a statement about it does not count: ${reason}`),
      ...otherDefinitions(missing, believed),
      ...(believed.length + refused.length === 0 ? ['no statement is attached to it'] : []),
    );
  }
  if (open.length === 0) return;
  throw new UserError(
    'there is no evidence that tests passed in the image, which tests.required of slipway.yml asks for',
    {
      details: open,
      remedy:
        'Let one job build, test and push the image (build-image, run-tests, push-to-registry) with the permission `id-token: write`; `force: true` of build-image builds and tests again. Nothing was written.',
    },
  );
}
