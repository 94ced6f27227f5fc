import { availableParallelism } from 'node:os';
import { diskContext } from '../adapters/context/build-context.ts';
import { DockerBuilder } from '../adapters/docker/builder.ts';
import { localFiles } from '../adapters/files/local-files.ts';
import { gitHistory } from '../adapters/git/history.ts';
import { baseImages } from '../adapters/oci/base-images.ts';
import { googleLogins } from '../adapters/oci/google-logins.ts';
import { imagesOf } from '../config/images.ts';
import { buildInputs, buildSecrets } from '../inputs/build-image.ts';
import { planBuilds } from '../plan/build-plan.ts';
import type { PushedPorts } from '../stages/build/ports.ts';
import { runBuild } from '../stages/build/run.ts';
import type { Run, StageWork } from './context.ts';
import { evidencePorts, hereOf } from './evidence.ts';
import { googleAccessToken } from './google-access-token.ts';
import { type LoginFor, takeReadLogin } from './read-login.ts';
import { registryForQuestion } from './registry.ts';

/** build-image: from a checkout to an image in the Docker engine. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const event = run.event();
  const plans = planBuilds(buildInputs(run.inputs, run.common), config, event, run.env);
  const readLogin = takeReadLogin(run);
  const fork = event.kind === 'pull-request' && event.fork;
  const images = imagesOf(config);
  const secrets = Object.fromEntries(
    Object.entries(images).map(([name, image]) => {
      const key = config.images === undefined ? 'image' : `images.${name}`;
      return [name, buildSecrets(run.inputs, image.secrets ?? {}, run.env, fork, key)];
    }),
  );
  for (const value of Object.values(secrets).flatMap((of) => [...of.values()])) run.log.mask(value);
  const builder = new DockerBuilder(run.env, googleLogins(run.env, run.log, googleAccessToken));
  return runBuild(plans, {
    ...run,
    builder,
    baseImages: baseImages(() => registryForQuestion(run), builder, run.log),
    files: localFiles,
    // The workflow of a fork saves its image, which therefore has to be in the engine.
    pushed: fork ? undefined : () => pushedPorts(run, readLogin),
    context: diskContext,
    history: gitHistory(run.common.workingDirectory),
    secrets,
    atOnce: availableParallelism(),
  });
};

function pushedPorts(run: Run, readLogin: LoginFor): PushedPorts {
  const registry = registryForQuestion(run, readLogin);
  return { registry, ...evidencePorts(run, registry), here: hereOf(run) };
}
