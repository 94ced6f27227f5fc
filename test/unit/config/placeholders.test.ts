import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { filledTexts } from '../../../src/objects/value.ts';

const FACTS = { number: '7', host: 'pr-7.example.dev', url: 'https://pr-7.example.dev', commit: 'c0ffee' };

describe('F7: placeholders of values', () => {
  it.each([
    ['{host},localhost', 'pr-7.example.dev,localhost'],
    ['{url}/callback?pr={number}', 'https://pr-7.example.dev/callback?pr=7'],
    ['{{host}} is {host}', '{host} is pr-7.example.dev'],
    ['{{{host}}}', '{{host}}'],
    ['{"a":{"b":1},"c":"{commit}"}', '{"a":{"b":1},"c":"c0ffee"}'],
    ['{a:1} {a b} {0} [{}] {_} {{ .Values.host }}', '{a:1} {a b} {0} [{}] {_} {{ .Values.host }}'],
    ['$(HOST) {} {Host} { host }', '$(HOST) {} {Host} { host }'],
    ['', ''],
  ])('%s becomes %s', (value, expected) => {
    expect(filledTexts({ value }, FACTS)).toEqual({ value: expected });
  });

  const file = (more: string) => parseConfig(`app: a\nimage: { repository: r.example/a }\n${more}`, 'slipway.yml');
  const STAGING = 'environments:\n  staging: { namespace: s, host: s.example.dev, secrets: [db] }\n';

  it.each([
    [
      'review:\n  env: { HOST: "{hostname}" }',
      /slipway\.yml:4:\d+: review\.env\.HOST: unknown placeholder \{hostname\}/,
    ],
    [
      'review:\n  env: { HOST: "{hostname}" }',
      /known are \{number\}, \{host\}, \{url\}, \{commit\}; \{\{hostname\}\} stands/,
    ],
    ['review:\n  variants:\n    b: { env: { N: "{nmber}" } }', /variants\.b\.env\.N: .*did you mean \{number\}/],
    [`deploy: { env: { HOST: "{hots}" } }\n${STAGING}`, /yml:3:\d+: deploy\.env\.HOST: .*did you mean \{host\}/],
    [`deploy: { env: { N: "{number}" } }\n${STAGING}`, /\{number\} is not known in environment staging: .*review\.env/],
    [
      'environments:\n  s: { namespace: s, env: { U: "{url}" } }',
      /environments\.s\.env\.U: \{url\} .*it has no `host`/,
    ],
    [
      'review: { database: { engine: postgres } }\ningress: { annotations: { a: "{database.password}" } }',
      /ingress\.annotations\.a: \{database\.password\} is not known/,
    ],
    [`${STAGING}ingress: { annotations: { a: "{hots}" } }`, /ingress\.annotations\.a: unknown/],
    [
      `deploy: { env: { H: "{database.host}" } }\nreview: { database: {} }\n${STAGING}`,
      /not known in environment staging/,
    ],
    [
      'review: { env: { H: "{database.host}" } }',
      /review\.env\.H: \{database\.host\} is not known in review environments: no database is declared there/,
    ],
    [
      `${STAGING}deploy: { env: { H: "{services.cache.url}" } }`,
      /not known in environment staging: no service with the name cache is declared there/,
    ],
    ['review: { services: { cache: redis }, env: { H: "{services.cahe.host}" } }', /mean \{services\.cache\.host\}/],
    [`${STAGING}review: { env: { H: "{secrets.db.URL}" } }`, /review environments: the Secret must be one of/],
    [
      'environments:\n  s: { namespace: s, secrets: [db], env: { H: "{secrets.bd.URL}" } }',
      /must be one of its `secrets`/,
    ],
    [
      'deploy: { env: { U: "{url}" } }\ningress: { kind: ingress }\nenvironments: { s: { namespace: s, host: s.dev, ingress: { kind: load-balancer, internal: none } } }',
      /\{url\} is not known in environment s: a load balancer has its address only after/,
    ],
    ['tests: { unit: { run: x, env: { U: "{url}" } } }', /tests\.unit\.env\.U: \{url\} is not known in test unit/],
    ['tests: { unit: { run: x, services: [redis], env: { U: "{services.redis.name}" } } }', /unknown placeholder/],
    [
      `deploy:\n  env: { A: "{host}" }\n  processes: { web: { port: 80, env: { B: "{hots}" } } }\n${STAGING}`,
      /yml:5:\d+: deploy\.processes\.web\.env\.B: unknown/,
    ],
    [
      'deploy: { processes: { web: { port: 80 } } }\nenvironments: { s: { namespace: s, processes: { web: { env: { B: "{url}" } } } } }',
      /environments\.s\.processes\.web\.env\.B: \{url\} is not known/,
    ],
  ])('%s is refused', (more, message) => {
    expect(() => file(more)).toThrow(message);
  });

  it('known ones, ordinary braces and values that no place uses are taken', () => {
    const config = file(
      `deploy: { env: { A: '{"a":1}', B: "{host} {commit}", C: "{secrets.db.URL}" }, secrets: [db] }
review: { env: { F: "{{levelname}} {number}" }, database: {}, services: { cache: redis } }
tests: { unit: { run: x, services: [postgres], env: { U: "{database.url} {services.postgres.user} {commit}" } } }
${STAGING}`,
    );
    expect(config.deploy.env).toEqual({ A: '{"a":1}', B: '{host} {commit}', C: '{secrets.db.URL}' });
  });

  it('an environment with a database on Cloud SQL knows its connection, but for a password', () => {
    const sql = 'database: { cloudSql: "acme:europe-west1:main", name: lots, user: app }';
    const of = (value: string) => file(`environments:\n  s: { namespace: s, ${sql}, env: { A: "${value}" } }`);
    expect(of('{database.host}:{database.port}/{database.name}').environments?.s?.env).toBeDefined();
    expect(() => of('{database.password}')).toThrow(
      /environments\.s\.env\.A: unknown placeholder \{database\.password\}/,
    );
  });

  it('a value that an environment replaces is not checked there', () => {
    expect(
      file('deploy: { env: { U: "{url}" } }\nenvironments:\n  s: { namespace: s, env: { U: x } }').deploy.env,
    ).toBeDefined();
  });
});
