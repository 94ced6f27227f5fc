import { join, relative } from 'node:path';
import { cliToken } from '../../adapters/github/cli-token.ts';
import { parseConfig } from '../../config/load.ts';
import { EnvironmentError, SlipwayError } from '../../errors.ts';
import type { Expected } from '../../plan/doctor/expected.ts';
import { unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import { gitHubAddress } from '../../plan/doctor/github/address.ts';
import type { SlipwayJob } from '../../plan/doctor/repository/workflow.ts';
import type { RepositorySettings } from '../../ports.ts';
import type { GitHubSite, GitHubView } from '../../stages/doctor/github.ts';
import type { Task } from '../../stages/doctor/task.ts';
import type { Around } from './sites.ts';

interface Checkout {
  /** URL of the remote `origin`. */
  origin: string | undefined;
  root: string;
  /** slipway.yml, from the working directory. */
  file: string;
  jobs: readonly SlipwayJob[];
}

/** The repository on GitHub; undefined: neither a remote nor a job names it. */
export function gitHubSite({ origin, root, file, jobs }: Checkout, around: Around): GitHubSite | undefined {
  const address = gitHubAddress(around.env, origin);
  if (address === undefined) return undefined;
  const { apiUrl, host, repository } = address;
  const open = async (): Promise<RepositorySettings> => {
    const token = around.env.GH_TOKEN || around.env.GITHUB_TOKEN || (await cliToken(host));
    if (!token) {
      throw new EnvironmentError('there is no token for GitHub', {
        remedy: 'Sign in with `gh auth login`, or set GH_TOKEN.',
      });
    }
    around.log.mask(token);
    const { createSettings } = await import('../../adapters/github/settings.ts');
    return createSettings({ ...around, token, apiUrl, repository });
  };
  const path = relative(root, join(around.workingDirectory, file));
  return { address, open, jobs, file: path, problemOf };
}

function problemOf(text: string): string | undefined {
  try {
    parseConfig(text, 'slipway.yml');
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return `is not valid: ${error.message}`;
    throw error;
  }
}

export function noRepositoryTask(): Task {
  const found = finder('github.repository');
  const findings = (why: string) => [found.unknown('the repository on GitHub', unknown(why))];
  const advice = 'the checkout has no remote `origin` on GitHub';
  return { area: 'github', title: 'GitHub', run: async () => findings(advice), late: findings };
}

/** The account in the cluster of the jobs of an environment, by the variables of GitHub; undefined: it is none of Google. */
export async function serviceAccountOf(
  name: string,
  { environments }: Pick<Expected, 'environments'>,
  view: GitHubView | undefined,
): Promise<string | undefined> {
  const environment = environments.find((one) => one.name === name)?.gitHubEnvironment;
  const variables = await view?.variablesFor(environment);
  const account = variables?.known ? variables.value.SLIPWAY_SERVICE_ACCOUNT : undefined;
  return account?.includes('@') ? account : undefined;
}
