import { UserError } from '../../errors.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import type { ReapInputs } from '../../inputs/reap-environments.ts';

/** The plan of reap-environments. */
export interface ReapPlan {
  repositoryId: number;
  /** Consider this namespace only. */
  namespace: string | undefined;
  /** Write nothing. */
  dryRun: boolean;
  /** URL of the run; empty for a run by hand. */
  run: string;
}

/**
 * Plans a run of the reaper.
 * @throws UserError if the run belongs to no repository on GitHub
 */
export function planReap(inputs: ReapInputs, event: PipelineEvent): ReapPlan {
  const { id } = event.repository;
  if (id === 0) {
    throw new UserError('reap-environments compares a cluster with the pull requests of a repository on GitHub', {
      remedy:
        'Run it in a workflow. By hand, set GITHUB_EVENT_NAME=schedule, GITHUB_REPOSITORY, GITHUB_REPOSITORY_ID and an event file.',
    });
  }
  return { repositoryId: id, namespace: inputs.namespace, dryRun: inputs.dryRun, run: event.run.url };
}
