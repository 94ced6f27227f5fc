import { writeFileSync } from 'node:fs';

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../../src/config/load.ts';
import { refusal } from '../../support/refusal.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { HEAD, problemsOf as problems } from '../../support/unit/problems.ts';

describe('slipway.yml', () => {
  it('needs only an app and a repository', () => {
    const config = parseConfig(HEAD, 'slipway.yml');
    expect(config.app).toBe('parking');
    expect(config.deploy).toEqual({});
  });

  it('names file, line, column and the nearest right name of an unknown key', () => {
    expect(problems(`${HEAD}deploy:\n  prot: 8080\n`)).toEqual([
      'slipway.yml:4:3: unknown key "prot" in deploy; did you mean "port"?',
    ]);
  });

  it('lists the known keys where none is near', () => {
    expect(problems(`${HEAD}zzz: 1\n`)[0]).toMatch(
      /^slipway.yml:3:1: unknown key "zzz"; known keys: .*app.*environments/,
    );
  });

  it('verifies only promotions, and only workflow files and full refs', () => {
    const staging = (verify: string) =>
      problems(`${HEAD}environments: { staging: { namespace: s, verify: ${verify} } }\n`);
    expect(staging('{ workflow: .github/workflows/main.yml }')).toEqual([
      expect.stringContaining('environments.staging.verify: only a promotion verifies; set promoteFrom'),
    ]);
    expect(staging('{ workflow: main.yml, refs: [main] }').join('\n')).toMatch(
      /must be a workflow file[\s\S]*must be a full ref/,
    );
    expect(staging('{}').join('\n')).toContain('workflow');
  });

  it('reports all problems together', () => {
    expect(problems(`${HEAD}deploy: { prot: 1, health: healthz }\nreview: { databse: {} }\n`)).toHaveLength(3);
  });

  it('says what is missing', () => {
    expect(problems('app: parking\n')).toEqual([
      'slipway.yml:1:1: image: is missing (a map); with several images, give `images`',
    ]);
    expect(problems('')).toHaveLength(2);
  });

  it('refuses a wrong type with what was found', () => {
    expect(problems(`${HEAD}deploy: { port: "80a" }\n`)[0]).toMatch(/^slipway.yml:3:11: deploy.port: .*"80a"/);
    expect(problems('- a\n- b\n')[0]).toMatch(/^slipway.yml:1:1: /);
  });

  it('suggests the nearest engine inside a list of services', () => {
    const text = `${HEAD}tests:\n  unit: { run: x, services: [{ engine: postgress }] }\n`;
    expect(problems(text)).toEqual([
      'slipway.yml:4:32: tests.unit.services.0.engine: "postgress" is not known; did you mean "postgres"?',
    ]);
  });

  it('refuses a syntax error at its place', () => {
    expect(problems('app: [\n')[0]).toMatch(/^slipway.yml:\d+:\d+: not valid YAML/);
  });

  it.each([
    ['Upper.acme.dev', 'deploy'],
    ['-x.acme.dev', 'leading dash'],
    ['a b', 'space'],
    ['pr-{number}_x.dev', 'underscore'],
  ])('refuses the host name %s (%s)', (host) => {
    expect(problems(`${HEAD}review: { host: "${host}" }\n`)[0]).toContain('review.host');
  });

  it('refuses a review host that all pull requests would share', () => {
    expect(problems(`${HEAD}review: { host: review.acme.dev }\n`)[0]).toContain('must contain {number}');
  });

  it('checks names that must exist elsewhere in the file', () => {
    const text = `${HEAD}environments:\n  staging: { namespace: s }\n  production: { namespace: p, promoteFrom: stagin }\n`;
    expect(problems(text)).toEqual([
      'slipway.yml:5:31: environments.production.promoteFrom: "stagin" is not defined; did you mean "staging"?',
    ]);
  });

  it('refuses more than one source of objects', () => {
    expect(problems(`${HEAD}deploy: { manifests: k8s, kustomize: k }\n`)[0]).toContain('only one of');
  });

  it('says where it looked when there is no file', () => {
    const folder = scratchFolder();
    expect(() => loadConfig(folder)).toThrow(`slipway.yml was not found in ${folder}`);
    expect(refusal(() => loadConfig(folder)).remedy).toContain('npx slipway init');
    writeFileSync(join(folder, 'slipway.yml'), HEAD);
    expect(loadConfig(folder).app).toBe('parking');
  });
});
