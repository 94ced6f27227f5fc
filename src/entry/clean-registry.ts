import { OciReferrers } from '../adapters/oci/referrers.ts';
import { OciRepository } from '../adapters/oci/repository.ts';
import { EnvironmentError } from '../errors.ts';
import { cleanInputs } from '../inputs/clean-registry.ts';
import { planClean } from '../plan/clean/clean-plan.ts';
import { reviewClusterOf } from '../plan/review/cluster.ts';
import { runClean } from '../stages/clean/run.ts';
import { openCluster } from './cluster.ts';
import type { StageWork } from './context.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';

/** clean-registry: deletes images that no release, no environment and no tag needs. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const plan = planClean(cleanInputs(run.inputs), config, run.event());
  const github = gitHubOf(run);
  if (github === undefined) {
    throw new EnvironmentError('the open pull requests cannot be listed without a token: nothing was deleted', {
      remedy: 'Pass the input `github-token`; the token of the job is enough.',
    });
  }
  const { clients } = registryOf(run);
  const referrers = new OciReferrers(clients);
  const connect = (environment: string | undefined) =>
    environment === undefined
      ? openCluster(run, ...reviewClusterOf(config))
      : openCluster(run, config.environments?.[environment]?.cluster, `environments.${environment}.cluster`);
  const repository = (name: string) => new OciRepository(name, clients, referrers);
  return runClean(plan, { connect, repository, github, clock: run.clock, log: run.log, signal: run.signal });
};
