import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { DockerBuilder } from '../adapters/docker/builder.ts';
import { DockerContainers } from '../adapters/docker/containers.ts';
import { localFiles } from '../adapters/files/local-files.ts';
import { googleLogins } from '../adapters/oci/google-logins.ts';
import { testInputs } from '../inputs/run-tests.ts';
import { planTests } from '../plan/test-plan.ts';
import { runTests } from '../stages/test/run.ts';
import type { StageWork } from './context.ts';
import { googleAccessToken } from './google-access-token.ts';

/** run-tests: runs the tests of slipway.yml in the built image. */
export const work: StageWork = async (run) => {
  const plan = planTests(testInputs(run.inputs, run.common), run.config(), run.event(), {
    runId: randomBytes(4).toString('hex'),
    password: randomBytes(16).toString('hex'),
    baseUrl: run.env.BASE_URL || undefined,
    temp: run.env.RUNNER_TEMP || undefined,
  });
  const logins = googleLogins(run.env, run.log, googleAccessToken);
  const containers = new DockerContainers(run.env, logins);
  const ports = { ...run, images: new DockerBuilder(run.env), containers, files: localFiles };
  return runTests(plan, ports, availableParallelism());
};
