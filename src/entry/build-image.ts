import { diskContext } from '../adapters/context/build-context.ts';
import { DockerBuilder } from '../adapters/docker/builder.ts';
import { gitHistory } from '../adapters/git/history.ts';
import { googleLogins } from '../adapters/oci/google-logins.ts';
import { soleImage } from '../config/images.ts';
import { buildInputs, buildSecrets } from '../inputs/build-image.ts';
import { planBuild } from '../plan/build-plan.ts';
import { runBuild } from '../stages/build/run.ts';
import type { StageWork } from './context.ts';
import { googleAccessToken } from './google-access-token.ts';

/** build-image: from a checkout to an image in the Docker engine. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const event = run.event();
  const plan = planBuild(buildInputs(run.inputs, run.common), config, event, run.env);
  const fork = event.kind === 'pull-request' && event.fork;
  const secrets = buildSecrets(run.inputs, soleImage(config).secrets ?? {}, run.env, fork);
  for (const value of secrets.values()) run.log.mask(value);
  return runBuild(plan, {
    ...run,
    builder: new DockerBuilder(run.env, googleLogins(run.env, run.log, googleAccessToken)),
    context: diskContext,
    history: gitHistory(run.common.workingDirectory),
    secrets,
  });
};
