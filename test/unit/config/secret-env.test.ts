import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { secretEnvOf } from '../../../src/config/secret-env-schema.ts';
import { refusal } from '../../support/refusal.ts';

const HEAD = 'app: parking\nimage: { repository: r.example/apps/parking }\n';
const staging = (text: string) => `${HEAD}environments:\n  staging:\n    namespace: s\n    ${text}\n`;
const problem = (text: string) => refusal(() => parseConfig(text, 'slipway.yml')).message;

describe('secretEnv', () => {
  it('is a map from variable to variable of the step, or a list', () => {
    const of = (text: string) =>
      secretEnvOf(parseConfig(staging(text), 'slipway.yml').environments?.staging?.secretEnv);
    expect(of('secretEnv: { STRIPE_KEY: STRIPE_LIVE }')).toEqual({ STRIPE_KEY: 'STRIPE_LIVE' });
    expect(of('secretEnv: [STRIPE_KEY, SENTRY_DSN]')).toEqual({ STRIPE_KEY: 'STRIPE_KEY', SENTRY_DSN: 'SENTRY_DSN' });
    expect(of('replicas: 1')).toEqual({});
  });

  it.each([
    ['secretEnv: { KEY: GITHUB_TOKEN }', 'slipway.yml:6:18: environments.staging.secretEnv.KEY: belongs to the runner'],
    ['secretEnv: [ACTIONS_ID_TOKEN_REQUEST_TOKEN]', 'belongs to the runner'],
    ['secretEnv: { KEY: secrets.KEY }', 'the name of an environment variable of the step'],
    ['secretEnv: { 1KEY: KEY }', 'does not begin with a digit'],
    ['secretEnv: KEY', 'environments.staging.secretEnv: must be'],
    ['secretEnv: [PORT]', 'PORT is the port of the app'],
  ])('%s is refused', (text, message) => {
    expect(problem(staging(text))).toContain(message);
  });

  it.each([
    ['environments: { s: { namespace: s, env: { KEY: x }, secretEnv: [KEY] } }', 'environments.s.env.KEY'],
    [
      'deploy: { processes: { api: { port: 1 } } }\nenvironments: { s: { namespace: s, processes: { api: { env: { KEY: x } } }, secretEnv: [KEY] } }',
      'environments.s.processes.api.env.KEY',
    ],
    ['review: { env: { KEY: x }, secretEnv: [KEY] }', 'review.env.KEY'],
    ['review: { variants: { eu: { env: { KEY: x } } }, secretEnv: [KEY] }', 'review.variants.eu.env.KEY'],
  ])('a variable that %s sets twice is refused', (text, where) => {
    expect(problem(`${HEAD}${text}\n`)).toContain(`${where}: secretEnv sets KEY as well`);
  });
});
