import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { planInit } from '../../../../src/plan/init/plan-init.ts';
import { UNKNOWN } from '../../../../src/plan/init/write/unknown.ts';
import { NO_ANSWERS, repositoryOf } from '../../../support/unit/repository.ts';

const hostile = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '"',
    "'",
    '# x',
    ': ',
    '{database.host}',
    '{}',
    '$' + '{A:-b}',
    '-',
    '*',
    '&a',
    '\u2028',
    '\u0085x',
    '| cat',
    'on',
    '0x1',
    '%',
  ),
);
const name = fc.oneof(
  fc.constantFrom(
    'web',
    'api',
    'worker',
    'database',
    'service',
    'migration',
    'db',
    'redis',
    'a-very-long-name-of-a-service-indeed',
    'Public_Api',
  ),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/),
);
const line = (text: string) => text.replace(/[\r\n]/g, ' ');
const instruction = fc.oneof(
  fc.constantFrom(
    'EXPOSE 80',
    'EXPOSE 3000 443',
    'CMD ["node", "."]',
    'ENTRYPOINT ["./boot.sh"]',
    'FROM node AS dev',
    'COPY . .',
    'ENV PORT=5000',
    'HEALTHCHECK CMD curl http://localhost/up',
  ),
  hostile.map((text) => `CMD ${line(text)}`),
  hostile.map((text) => `ENV X=${line(text)}`),
);
const dockerfile = fc
  .array(instruction, { maxLength: 6 })
  .map((lines) => ['FROM python', 'COPY . .', ...lines].join('\n'));
const service = fc.record({
  build: fc.constantFrom(
    'build: .',
    'build: api',
    'image: "postgres:16"',
    'image: "redis:7"',
    'image: "mongo:7"',
    'image: parking',
  ),
  env: fc.array(
    fc.tuple(
      fc.constantFrom('SQL_HOST', 'SQL_X', 'URL', 'POSTGRES_DB'),
      fc.oneof(
        name,
        hostile.map((text) => `redis://redis:1/${text}`),
        hostile,
      ),
    ),
    { maxLength: 3 },
  ),
  command: hostile,
  ports: fc.constantFrom('[]', '["80:80"]', '[9]'),
});
const compose = fc.dictionary(name, service, { maxKeys: 5 }).map((services) =>
  JSON.stringify({ services: {} }).replace('{}', () =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(services).map(([key, { env, command, ports, build }]) => {
          const [kind = '', value = ''] = build.split(': ');
          return [
            key,
            {
              [kind]: value.replaceAll('"', ''),
              command,
              ports: JSON.parse(ports),
              environment: Object.fromEntries(env),
            },
          ];
        }),
      ),
    ),
  ),
);
const files = fc.record(
  {
    Dockerfile: dockerfile,
    'api/Dockerfile': dockerfile,
    'web/Dockerfile': dockerfile,
    'compose.yml': compose,
    Procfile: fc
      .array(fc.tuple(name, hostile), { maxLength: 4 })
      .map((all) => all.map(([key, text]) => `${key}: x ${line(text)}`).join('\n')),
    crontab: hostile.map((text) => `0 3 * * * root run ${line(text)}`),
    'boot.sh': hostile.map((text) => `flask db upgrade\nexec gunicorn -b :5000 ${line(text)}`),
    'requirements.txt': fc.constantFrom('django\npsycopg\ncelery\nredis\n', 'flask\nflask-migrate\npytest\n'),
    'manage.py': fc.constant(''),
    'tests/test_a.py': fc.constant(''),
    'app/urls.py': hostile.map((text) => `path("healthz", ${line(text)})\napp = Celery("a")`),
    '.env.example': hostile.map((text) => `SECRET_KEY=${line(text)}`),
    'chart/Chart.yaml': fc.constant('name: parking'),
    'chart/values.yaml': hostile.map((text) => `image: { repository: ${JSON.stringify(text)}, tag: "1" }`),
  },
  { requiredKeys: [] },
);

describe('what init writes', () => {
  it('is a slipway.yml that Slipway reads, whatever the files of the repository hold', () => {
    fc.assert(
      fc.property(
        files,
        fc.constantFrom('google-cloud' as const, 'kubernetes' as const, undefined),
        fc.boolean(),
        (found, variant, hasRemote) => {
          const given = Object.fromEntries(
            Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
          );
          const repository = repositoryOf(given, hasRemote ? {} : { origin: undefined });
          // planInit checks its own file: an invalid one is an error.
          const { text } = planInit(repository, { ...NO_ANSWERS, variant }, () => new Map()).config;
          if (!text.includes(UNKNOWN.registry) && !text.includes(UNKNOWN.gke)) parseConfig(text, 'slipway.yml');
        },
      ),
      { numRuns: 60, seed: 13 },
    );
  });
});
