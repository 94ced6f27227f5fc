import { repositoriesOf } from '../../config/images.ts';
import type { Config } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import type { CleanInputs } from '../../inputs/clean-registry.ts';
import { parseDuration } from '../../text/duration.ts';
import type { Retention } from './judge.ts';

/** The plan of clean-registry. */
export interface CleanPlan {
  app: string;
  repositoryId: number;
  /** Repositories of the images of slipway.yml: host/path. */
  repositories: readonly string[];
  /** All environments of slipway.yml. */
  environments: readonly { name: string; namespace: string }[];
  /** slipway.yml describes review environments. */
  reviews: boolean;
  retention: Retention;
  /** Write nothing. */
  dryRun: boolean;
  /** Images that one run deletes at most. */
  limit: number;
}

const KEEP_FOR = '30d';
const LIMIT = 50;

/**
 * @throws UserError if the run belongs to no repository on GitHub, for one namespace for several environments, and for deletion
 *   outside of the default branch: another slipway.yml may lack an environment, whose images would be deleted
 */
export function planClean(inputs: CleanInputs, config: Config, event: PipelineEvent): CleanPlan {
  const { id } = event.repository;
  if (id === 0) {
    throw new UserError('clean-registry deletes images that a repository on GitHub has built', {
      remedy:
        'Run it in a workflow. By hand, set GITHUB_EVENT_NAME=schedule, GITHUB_REPOSITORY, GITHUB_REPOSITORY_ID and an event file.',
    });
  }
  if (!inputs.dryRun && !isOnDefaultBranch(event)) {
    throw new UserError(
      `clean-registry deletes only in a run of ${event.repository.defaultBranch}, the default branch`,
      {
        details: ['slipway.yml names the environments whose images stay, and that of another branch may lack one.'],
        remedy: `Run it on \`schedule\`, or by hand on ${event.repository.defaultBranch}. With \`dry-run: true\` it reports on any branch.`,
      },
    );
  }
  const environments = Object.entries(config.environments ?? {});
  if (inputs.namespace !== undefined && environments.length !== 1) {
    throw new UserError(`input \`namespace\` is given for ${environments.length} environments`, {
      remedy: 'Leave it out: slipway.yml has the namespaces of all environments.',
    });
  }
  const { keepFor = KEEP_FOR, keepTags = [], expireTags = [] } = config.registry?.retention ?? {};
  return {
    app: config.app,
    repositoryId: id,
    repositories: [...new Set(Object.values(repositoriesOf(config)))],
    environments: environments.map(([name, { namespace }]) => ({ name, namespace: inputs.namespace ?? namespace })),
    reviews: config.review !== undefined,
    retention: { keepForMs: parseDuration(keepFor, 'registry.retention.keepFor'), keepTags, expireTags },
    dryRun: inputs.dryRun,
    limit: inputs.limit ?? LIMIT,
  };
}

function isOnDefaultBranch(event: PipelineEvent): boolean {
  return 'branch' in event && event.branch === event.repository.defaultBranch;
}
