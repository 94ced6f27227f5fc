import { describe, expect, it } from 'vitest';
import { ISSUER, isIssuer, issuerOf } from '../../../src/event/issuer.ts';

describe('the issuer of identity tokens', () => {
  it('is that of the server', () => {
    expect(issuerOf('https://github.com')).toBe(ISSUER);
    expect(issuerOf('https://acme.ghe.com')).toBe('https://token.actions.acme.ghe.com');
    expect(issuerOf('https://github.acme.example:8443/')).toBe('https://github.acme.example:8443/_services/token');
  });

  it.each([ISSUER, `${ISSUER}/acme`, `${ISSUER}/acme-corp_1`])('is %s on github.com', (named) => {
    expect(isIssuer(named, ISSUER)).toBe(true);
  });

  it.each([
    '',
    `${ISSUER}/`,
    `${ISSUER}/acme/`,
    `${ISSUER}/acme/x`,
    `${ISSUER}/..`,
    `${ISSUER}/acme?x`,
    `${ISSUER}/acme#x`,
    `${ISSUER}/ac%6De`,
    `${ISSUER}/${'a'.repeat(101)}`,
    `${ISSUER}acme`,
    `${ISSUER}.mallory.example/acme`,
    `${ISSUER}@mallory.example/acme`,
    'https://mallory.example/acme',
    'http://token.actions.githubusercontent.com/acme',
  ])('is not %s', (named) => {
    expect(isIssuer(named, ISSUER)).toBe(false);
  });

  it('has no enterprises on a server of one’s own', () => {
    const own = issuerOf('https://github.acme.example');
    expect(isIssuer(own, own)).toBe(true);
    expect(isIssuer(`${own}/acme`, own)).toBe(false);
    expect(isIssuer(ISSUER, own)).toBe(false);
  });
});
