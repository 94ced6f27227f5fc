import { UserError } from '../../../errors.ts';
import type { Owner } from '../../../plan/review/environment/owner.ts';
import type { Site } from '../../site.ts';
import { findNamespaces } from './remove-namespaces.ts';

/**
 * Which one of several environments a command means that brings one up. It makes no new variant but those of slipway.yml: a
 * mistyped word would be one. Who names none means the one without a name, where it is there or none is; else the only one.
 * @param owner with the variant that was named, if one was
 * @param declared names in `review.variants`; undefined: slipway.yml has none
 * @param told the environments that the comment of the pull request tells of, also of those that are gone
 * @throws UserError where there is no such environment, and where there are several
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
      remedy: `${list(declared ?? found)} A new one comes by the input \`variant\` of review-environment.`,
    });
  }
  if (found.length === 0) {
    const gone = await told();
    // One without a name would be another one beside those that the pull request had.
    const [first] = gone.includes(undefined) ? [] : gone;
    if (first === undefined) return undefined;
    throw new UserError(`pull request #${number} has several environments, of which none is there`, {
      remedy: `${list(gone).replace('There is', 'There was')} Say which one is meant, for example /review up ${first}.`,
    });
  }
  const [only, ...more] = found;
  if (found.includes(undefined) || more.length === 0) return found.includes(undefined) ? undefined : only;
  throw new UserError(`pull request #${number} has several environments`, {
    remedy: `${list(found)} Say which one is meant, for example /review up ${only}.`,
  });
}

function list(names: readonly (string | undefined)[]): string {
  const known = names.filter((name) => name !== undefined).sort();
  return known.length === 0 ? '' : `There is ${known.join(', ')}.`;
}
