import { expect, it } from 'vitest';
import type { Run } from '../../../src/entry/context.ts';
import { withoutCredentials } from '../../../src/entry/forks.ts';
import { pullRequest } from '../../support/unit/events.ts';

const KEPT = {
  GITHUB_EVENT_NAME: 'pull_request',
  PATH: '/bin',
  DOCKER_HOST: 'unix:///x',
  RUNNER_TEMP: '/t',
  TOKENIZER: 'x',
};
const TAKEN = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'google_application_credentials',
  'DOCKER_AUTH_CONFIG',
  'AWS_SECRET_ACCESS_KEY',
  'AZURE_CLIENT_ID',
  'NPM_TOKEN',
  'DB_PASSWORD',
  'STRIPE_API_KEY',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'INPUT_GITHUB_TOKEN',
  'INPUT_SECRETS',
  'KUBECONFIG',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
];

const runOf = (fork: boolean) => {
  const env: NodeJS.ProcessEnv = { ...KEPT, ...Object.fromEntries(TAKEN.map((name) => [name, 'value'])) };
  return { env, event: () => pullRequest({ fork }), common: { githubToken: 't' } } as unknown as Run;
};

it('SEC-15: the run of a fork has no credential in its environment', () => {
  const run = withoutCredentials(runOf(true));
  expect(run.env).toEqual(KEPT);
  expect(run.common.githubToken).toBeUndefined();
});

it('a pull request of the repository keeps them', () => {
  expect(Object.keys(withoutCredentials(runOf(false)).env)).toEqual(expect.arrayContaining(TAKEN));
});
