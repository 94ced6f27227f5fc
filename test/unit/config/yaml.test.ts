import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { HEAD, problemsOf } from '../../support/unit/problems.ts';

const MERGED = `deploy: { env: &common { LOG_LEVEL: info, REGION: us } }
environments:
  staging:
    namespace: parking-staging
    env:
      <<: *common
      REGION: eu
`;

describe('YAML of slipway.yml', () => {
  it.each([
    ['deploy:\n  env:\n    HOSTS: *.shop.example\n', /^slipway.yml:5:12: there is no anchor &.shop.example .*quotes$/],
    ['deploy: { manifests: *.yml }\n', /^slipway.yml:3:22: there is no anchor &.yml .*quotes$/],
    ['deploy: { env: &a { X: *a } }\n', /^slipway.yml:3:24: \*a is inside its own anchor &a$/],
    ['deploy: { env: { <<: 3 } }\n', /^slipway.yml:3:22: << takes a map, or a list of maps$/],
    ['deploy: { env: { <<: [{ A: x }, y] } }\n', /^slipway.yml:3:33: << takes a map, or a list of maps$/],
    ['deploy: { env: { A: !!binary aGk= } }\n', /^slipway.yml:3:21: the tag !!binary has no meaning here$/],
    ['deploy: { env: { A: 1, A: 2 } }\n', /^slipway.yml:3:24: the key "A" is here twice$/],
    ['deploy:\n\tport: 1\n', /^slipway.yml:4:1: not valid YAML: tab/],
    ['---\napp: other\n', /^slipway.yml:4:1: a second document begins here/],
    ['deploy:\n  migrate: echo: x\n', /^slipway.yml:4:16: not valid YAML: .* belongs in quotes$/],
    ['deploy: { env: { A: x{{ y }} } }\n', /^slipway.yml:3:22: not valid YAML: .* belongs in quotes$/],
    [`deploy: ${'['.repeat(500)}\n`, /^slipway.yml:3:\d+: nested more than 100 levels deep$/],
  ])('X-3: %j is refused with its line', (text, expected) => {
    expect(problemsOf(HEAD + text)[0]).toMatch(expected);
  });

  it.each([
    ['    X:\n', 'slipway.yml:5:5: deploy.env.X: has no value; write "" for an empty text, or leave the key out'],
    ['    X: null\n', 'slipway.yml:5:5: deploy.env.X: has no value; write "" for an empty text, or leave the key out'],
    [
      '    X: {{ x }}\n',
      'slipway.yml:5:9: {{ … }} is a template, and slipway.yml has none; put it in quotes to have it as text',
    ],
    ['    X: [a]\n', 'slipway.yml:5:5: deploy.env.X: must be text (found a list)'],
    [
      '    - { name: A, value: b }\n',
      'slipway.yml:4:3: deploy.env: must be a map (found a list); write each entry with its name, as in "name: …", without "-"',
    ],
  ])('hb-03: %j says what is wrong', (line, expected) => {
    expect(problemsOf(`${HEAD}deploy:\n  env:\n${line}`)).toEqual([expected]);
  });

  it.each([
    ['deploy: { replicas: -1 }', 'deploy.replicas: must be at least 0 (found -1)'],
    ['deploy: { port: 70000 }', 'deploy.port: must be at most 65535 (found 70000)'],
    ['deploy: { autoscale: true }', 'deploy.autoscale: must be false or a map (found true)'],
    ['deploy: { processes: { web: run } }', 'deploy.processes.web: must be a map (found "run"); write { command: … }'],
    ['deploy: { command: "" }', 'deploy.command: must not be empty (found "")'],
    ['deploy: { secrets: db }', 'deploy.secrets: must be a list (found "db"); write [db]'],
    ['deploy: { patches: { target: {} } }', 'deploy.patches: must be a list (found a map); begin each entry with "-"'],
    ['tests: { unit: pytest }', 'tests.unit: must be a map (found "pytest"); write { run: … }'],
    ['tests: { unit: { run: x, against: prod } }', 'tests.unit.against: "prod" is not known; write review'],
    ['review: { database: oracle }', 'review.database: "oracle" is not known; use one of postgres, mysql, mariadb'],
    ['review: { database: postgress }', 'review.database: "postgress" is not known; did you mean "postgres"?'],
    ['review: { database: [mysql] }', 'review.database: must be text or a map (found a list)'],
    [
      `deploy: { crons: { ${'n'.repeat(31)}: { command: c, schedule: "@daily" } } }`,
      `deploy.crons.${'n'.repeat(31)}: must have at most 30 characters`,
    ],
  ])('says in words what a value must be: %s', (text, expected) => {
    expect(problemsOf(`${HEAD}${text}\n`)[0]?.replace(/^slipway\.yml:\d+:\d+: /, '')).toBe(expected);
  });

  it('hb-03: merge keys work, and a key that is written wins', () => {
    const { environments } = parseConfig(HEAD + MERGED, 'slipway.yml');
    expect(environments?.staging?.env).toEqual({ LOG_LEVEL: 'info', REGION: 'eu' });
  });

  it('hb-03: of several merged maps the first wins', () => {
    const text = 'deploy: { env: { <<: [{ A: "1" }, { A: "2", B: "2" }], C: "3" } }\n';
    expect(parseConfig(HEAD + text, 'slipway.yml').deploy.env).toEqual({ A: '1', B: '2', C: '3' });
  });

  it('hb-03: more than a hundred aliases are fine', () => {
    const lines = Array.from(
      { length: 150 },
      (_, i) => `  t-${'abcdefghij'.charAt(i % 10)}${i}: { namespace: n, env: *c }`,
    );
    const text = `deploy: { env: &c { A: x } }\nenvironments:\n${lines.join('\n')}\n`;
    expect(Object.keys(parseConfig(HEAD + text, 'slipway.yml').environments ?? {})).toHaveLength(150);
  });

  it('SEC-20: an alias bomb is refused with its line', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`;
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      level('b', 'a'),
      level('c', 'b'),
      level('d', 'c'),
      level('e', 'd'),
    ];
    expect(problemsOf(`${HEAD}${bomb.join('\n')}\n`)[0]).toMatch(
      /^slipway.yml:7:\d+: aliases expand to more than 20000 values$/,
    );
  });

  it('SEC-20: a file of more than 1 MiB is refused before it is read', () => {
    expect(problemsOf(`${HEAD}# ${'x'.repeat(1024 * 1024)}`)).toEqual(['slipway.yml has 1.0 MiB; the limit is 1 MiB']);
  });

  it('SEC-20: a file at the limit with 12,000 wrong keys reports the first ones', () => {
    const text = HEAD + Array.from({ length: 12_000 }, (_, i) => `k${i}: ${'v'.repeat(70)}`).join('\n');
    const problems = problemsOf(text);
    expect(problems[0]).toMatch(/^slipway.yml:3:1: unknown key "k0"/);
    expect(problems).toHaveLength(51);
    expect(problems[50]).toBe('and 11950 more');
  });

  it('takes a byte order mark, CRLF and an end of the document', () => {
    const text = `\ufeff${HEAD.replaceAll('\n', '\r\n')}deploy: { port: 81 }\r\n...\r\n`;
    expect(parseConfig(text, 'slipway.yml').deploy.port).toBe(81);
    expect(problemsOf(`\ufeff${HEAD.replaceAll('\n', '\r\n')}deploy: { prt: 81 }\r\n`)[0]).toMatch(
      /^slipway.yml:3:11: /,
    );
  });

  it('a key named __proto__ is a key like any other', () => {
    expect(problemsOf(`${HEAD}__proto__: { deploy: { port: 1 } }\n`)[0]).toMatch(
      /^slipway.yml:3:1: unknown key "__proto__"/,
    );
  });
});
