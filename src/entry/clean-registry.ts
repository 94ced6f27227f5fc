import { isArtifactRegistry } from '../adapters/oci/hosts.ts';
import { OciReferrers } from '../adapters/oci/referrers.ts';
import { OciRepository } from '../adapters/oci/repository.ts';
import { EnvironmentError } from '../errors.ts';
import { cleanInputs } from '../inputs/clean-registry.ts';
import { parseReference } from '../objects/image-reference.ts';
import { planClean } from '../plan/clean/clean-plan.ts';
import { reviewClusterOf } from '../plan/review/cluster.ts';
import type { ImageRepository } from '../ports.ts';
import { runClean } from '../stages/clean/run.ts';
import { openCluster } from './cluster.ts';
import type { Run, StageWork } from './context.ts';
import { gitHubOf } from './github.ts';
import { forgetGoogleToken, googleAccessToken } from './google-access-token.ts';
import { registryOf } from './registry.ts';

const isGoogle = (repository: string) => isArtifactRegistry(parseReference(repository).host);

/** GitHub Container Registry deletes by the API of GitHub alone. */
const isGitHub = (repository: string) => parseReference(repository).host === 'ghcr.io';

async function gitHubPackages(run: Run): Promise<(contents: ImageRepository) => ImageRepository> {
  const { createClient } = await import('../adapters/github/client.ts');
  const { GitHubPackage } = await import('../adapters/github/packages.ts');
  const { clock, log, signal, env, common } = run;
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  const octokit = createClient({ token: common.githubToken ?? '', apiUrl, clock, log, signal });
  return (contents) => new GitHubPackage(octokit, contents);
}

/** Artifact Registry lists what has no tag, and deletes, by its own API. */
async function artifactRegistry(run: Run): Promise<(contents: ImageRepository) => ImageRepository> {
  const { ArtifactPackage } = await import('../adapters/google/artifact-package.ts');
  const { endpointsOf } = await import('../adapters/google/settings.ts');
  const { clock, log, signal, env } = run;
  const token = async () => {
    const given = await googleAccessToken();
    log.mask(given);
    return given;
  };
  const report = (message: string) => log.info(message);
  const endpoint = endpointsOf(env).artifactregistry;
  const options = { token, forget: forgetGoogleToken, endpoint, clock, signal, report };
  return (contents) => new ArtifactPackage(options, contents);
}

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
  const packages = plan.repositories.some(isGitHub) ? await gitHubPackages(run) : undefined;
  const artifacts = plan.repositories.some(isGoogle) ? await artifactRegistry(run) : undefined;
  const repository = (name: string) => {
    const contents = new OciRepository(name, clients, referrers);
    if (packages && isGitHub(name)) return packages(contents);
    return artifacts && isGoogle(name) ? artifacts(contents) : contents;
  };
  return runClean(plan, { connect, repository, github, clock: run.clock, log: run.log, signal: run.signal });
};
