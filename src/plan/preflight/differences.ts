import { repositoriesOf } from '../../config/images.ts';
import type { DifferenceConfig } from '../../config/preflight-schema.ts';
import type { Config } from '../../config/schema.ts';
import { repositoryOf } from '../../objects/pod-template.ts';
import type { Finding } from '../../preflight/finding.ts';
import { differenceFindings } from '../../preflight/side-by-side/differences.ts';
import type { Side } from '../../preflight/side-by-side/names.ts';

/** Each environment beside the one from which releases are promoted to it. */
export function differencesOf(config: Config, sides: readonly Side[], allowed: readonly DifferenceConfig[]): Finding[] {
  const own = Object.values(repositoriesOf(config)).map(repositoryOf);
  return sides.flatMap((to) => {
    const from = sides.find(({ environment }) => environment === config.environments?.[to.environment]?.promoteFrom);
    return from === undefined ? [] : differenceFindings({ from, to }, { allowed, own });
  });
}
