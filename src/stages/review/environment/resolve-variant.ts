import { UserError } from '../../../errors.ts';
import type { Owner } from '../../../plan/review/environment/owner.ts';
import type { Site } from '../../site.ts';
import { findNamespaces } from './remove-namespaces.ts';

/**
 * Resolves the target of `/review up`. Accepts only variants that are declared or exist, so a typo creates nothing.
 * Without a name: the environment without a variant if it exists or none does, otherwise the only one.
 * @param owner with the variant that was named
 * @param declared names in `review.variants`; undefined: slipway.yml has none
 * @param told the variants in the comment of the pull request, including removed ones
 * @throws UserError if there is no such environment, or if several match
 */
export async function resolveVariant(
  owner: Owner,
  declared: readonly string[] | undefined,
  site: Pick<Site, 'cluster' | 'log'>,
  told: () => Promise<(string | undefined)[]> = async () => [],
): Promise<string | undefined> {
  const found = (await findNamespaces({ ...owner, variant: undefined }, site)).map(({ variant }) => variant);
  const { variant: named, number } = owner;
  if (named !== undefined) {
    if (declared?.includes(named) || found.includes(named)) return named;
    throw new UserError(`pull request #${number} has no environment "${named}"`, {
      remedy: `${list(declared ?? found)} The input \`variant\` of review-environment creates a new one.`,
    });
  }
  if (found.length === 0) {
    const gone = await told();
    // An environment without a variant would be an additional one.
    const [first] = gone.includes(undefined) ? [] : gone;
    if (first === undefined) return undefined;
    throw new UserError(`pull request #${number} had several environments, and none exists now`, {
      remedy: `${list(gone).replace('There is', 'There was')} Name one, for example /review up ${first}.`,
    });
  }
  const [only, ...more] = found;
  if (found.includes(undefined) || more.length === 0) return found.includes(undefined) ? undefined : only;
  throw new UserError(`pull request #${number} has several environments`, {
    remedy: `${list(found)} Name one, for example /review up ${only}.`,
  });
}

function list(names: readonly (string | undefined)[]): string {
  const known = names.filter((name) => name !== undefined).sort();
  return known.length === 0 ? '' : `There is ${known.join(', ')}.`;
}
