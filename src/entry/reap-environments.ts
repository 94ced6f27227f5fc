import { EnvironmentError } from '../errors.ts';
import { reapInputs } from '../inputs/reap-environments.ts';
import { planReap } from '../plan/reap/reap-plan.ts';
import { reviewClusterOf } from '../plan/review/cluster.ts';
import { runReap } from '../stages/reap/run.ts';
import { openCluster } from './cluster.ts';
import type { StageWork } from './context.ts';
import { gitHubOf } from './github.ts';

/** reap-environments: removes review environments that are over. Reads only the cluster from slipway.yml. */
export const work: StageWork = async (run) => {
  const plan = planReap(reapInputs(run.inputs), run.event());
  const github = gitHubOf(run);
  if (github === undefined) {
    throw new EnvironmentError('the open pull requests cannot be listed without a token: nothing was removed', {
      remedy: 'Pass the input `github-token`; the token of the job is enough.',
    });
  }
  const connect = () => openCluster(run, ...reviewClusterOf(run.configIfThere()));
  return runReap(plan, { connect, github, clock: run.clock, log: run.log, signal: run.signal });
};
