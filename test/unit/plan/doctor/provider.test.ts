import { expect, it } from 'vitest';
import { known } from '../../../../src/plan/doctor/fact.ts';
import { checkProvider } from '../../../../src/plan/doctor/identity/federation.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';
const check = (issuer: string | undefined, host = 'github.com') =>
  checkProvider('projects/1/providers/github', host, known({ state: 'ACTIVE', disabled: false, issuer } as never));

it.each([
  [GITHUB, 'github.com', 'ok'],
  [`${GITHUB}/acme`, 'github.com', 'ok'],
  ['https://token.actions.acme.ghe.com', 'acme.ghe.com', 'ok'],
  [`${GITHUB}.mallory.example`, 'github.com', 'failed'],
  [GITHUB, 'acme.ghe.com', 'failed'],
  [undefined, 'github.com', 'failed'],
])('a provider that trusts %s is right for %s: %s', (issuer, host, status) => {
  expect(check(issuer, host).status).toBe(status);
});
