import { UserError } from '../../errors.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import type { ReapInputs } from '../../inputs/reap-environments.ts';

/** What reap-environments will do. */
export interface ReapPlan {
  repositoryId: number;
  /** Look at this namespace alone. */
  namespace: string | undefined;
  /** Nothing is written anywhere. */
  dryRun: boolean;
  /** URL of the run; empty for a run by hand. */
  run: string;
}

/** @throws UserError where it is not known which repository this is about */
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
