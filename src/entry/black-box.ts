import { randomBytes } from 'node:crypto';
import { DockerBuilder } from '../adapters/docker/builder.ts';
import { DockerContainers } from '../adapters/docker/containers.ts';
import { localFiles } from '../adapters/files/local-files.ts';
import { googleLogins } from '../adapters/oci/google-logins.ts';
import type { Config } from '../config/schema.ts';
import type { VisitorCredentials } from '../objects/ingress/login.ts';
import { planBlackBox } from '../plan/test-plan.ts';
import type { RunTests } from '../stages/review/tests.ts';
import { runBlackBox } from '../stages/test/run.ts';
import type { Run } from './context.ts';
import { googleAccessToken } from './google-access-token.ts';

/**
 * Runs the black-box tests of slipway.yml in the image of the app against a URL.
 * @param login the login that visitors of the URL need
 */
export function blackBox(run: Run, config: Config, login: VisitorCredentials | undefined): RunTests {
  return (request) => {
    const plan = planBlackBox({ ...request, workingDirectory: run.common.workingDirectory }, config, {
      runId: randomBytes(4).toString('hex'),
      password: randomBytes(16).toString('hex'),
      temp: run.env.RUNNER_TEMP || undefined,
      login,
    });
    const containers = new DockerContainers(run.env, googleLogins(run.env, run.log, googleAccessToken));
    return runBlackBox(plan, { ...run, images: new DockerBuilder(run.env), containers, files: localFiles });
  };
}
