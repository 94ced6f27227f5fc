import type { Config } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import type { ReviewInputs } from '../../inputs/review-environment.ts';
import { DATABASE } from './database.ts';

/** @throws UserError for what a review environment cannot do, before anything is written */
export function refuseUnsupported(inputs: ReviewInputs, config: Config): void {
  if (inputs.cluster.namespace !== undefined) {
    throw new UserError('input `namespace`: a review environment has a namespace of its own', {
      remedy: 'Leave it out: the name is made from the app, the repository and the pull request.',
    });
  }
  if (config.app === DATABASE && config.review?.database) {
    throw new UserError(`app: "${DATABASE}" is the host name of the database in review environments`, {
      remedy: 'Give the app another name, or leave out review.database.',
    });
  }
  const source = (['manifests', 'kustomize', 'helm'] as const).find((key) => config.deploy[key] !== undefined);
  if (source !== undefined) {
    throw new UserError(`deploy.${source}: review environments are made from the other keys of \`deploy\` alone`, {
      remedy:
        'Give the review environment a slipway.yml of its own (input `config`) with port, health, migrate and env in `deploy`.',
    });
  }
}
