import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/errors.ts';
import type { TestInputs } from '../../../src/inputs/run-tests.ts';
import { planTests, type TestSurroundings } from '../../../src/plan/test-plan.ts';
import { push } from '../../support/unit/events.ts';

const HEAD = 'app: parking\nimage: { repository: localhost:5000/apps/parking }\n';
const surroundings: TestSurroundings = { runId: '0a1b2c3d', password: 'pw', baseUrl: undefined, temp: '/tmp/r' };

const given = (overrides: Partial<TestInputs> = {}): TestInputs => ({
  workingDirectory: '/w/app',
  image: undefined,
  only: [],
  timeoutMs: undefined,
  ...overrides,
});

const plan = (tests: string, overrides: Partial<TestInputs> = {}, around: Partial<TestSurroundings> = {}) =>
  planTests(given(overrides), parseConfig(`${HEAD}tests:\n  ${tests}\n`, 'slipway.yml'), push(), {
    ...surroundings,
    ...around,
  });

describe('the plan of the tests', () => {
  it('runs shell lines by sh and lists as they are, in the image of the commit', () => {
    const { images, tests } = plan('unit: { run: pytest -q }\n  types: { run: [mypy, ., --strict], timeout: 90s }');
    expect(images.parking?.reference).toBe('localhost:5000/apps/parking:sha-0123456789ab');
    expect(tests).toMatchObject([
      { name: 'unit', command: ['sh', '-c', 'pytest -q'], timeoutMs: 600_000, env: { CI: 'true' } },
      { name: 'types', command: ['mypy', '.', '--strict'], timeoutMs: 90_000 },
    ]);
  });

  it('tells the application where its database is, under the names that frameworks expect', () => {
    const [unit] = plan('unit: { run: x, services: [postgres] }').tests;
    expect(unit?.env).toMatchObject({
      DATABASE_URL: 'postgresql://parking:pw@postgres:5432/parking',
      POSTGRES_HOST: 'postgres',
      POSTGRES_USER: 'parking',
      POSTGRES_PASSWORD: 'pw',
      POSTGRES_DB: 'parking',
      PGHOST: 'postgres',
      PGDATABASE: 'parking',
    });
    expect(unit?.services[0]).toMatchObject({
      name: 'postgres',
      port: 5432,
      env: { POSTGRES_USER: 'parking', POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'parking' },
    });
    expect(unit?.services[0]?.image).toMatch(/^postgres:\d+\.\d+$/);
  });

  it.each([
    ['mysql', { DATABASE_URL: 'mysql://parking:pw@mysql:3306/parking', MYSQL_DATABASE: 'parking' }],
    ['mariadb', { DATABASE_URL: 'mysql://parking:pw@mariadb:3306/parking', MARIADB_USER: 'parking' }],
    ['redis', { REDIS_URL: 'redis://redis:6379/0' }],
    ['memcached', { MEMCACHED_SERVERS: 'memcached:11211' }],
  ])('%s', (engine, env) => {
    const [unit] = plan(`unit: { run: x, services: [${engine}] }`).tests;
    expect(unit?.env).toMatchObject(env);
    expect(unit?.services[0]?.image).toMatch(new RegExp(`^${engine}:\\d+\\.\\d+\\.\\d+$`));
  });

  it('names the user so that each server takes it', () => {
    const { app: _, ...config } = parseConfig(`${HEAD}tests: { unit: { run: x, services: [mysql] } }`, 'slipway.yml');
    const user = (app: string) =>
      planTests(given(), { ...config, app }, push(), surroundings).tests[0]?.services[0]?.env.MYSQL_USER;
    expect(user('root')).toBe('app_root');
    expect(user('a-name-of-forty-characters-and-no-longer')).toMatch(/^a_name_of_forty_charact_[0-9a-f]{8}$/);
  });

  it('tells the image the password of root, so that it writes none of its own making into its log', () => {
    const [unit] = plan('unit: { run: x, services: [mysql, mariadb] }').tests;
    expect(unit?.services.map(({ env }) => env)).toEqual([
      { MYSQL_USER: 'parking', MYSQL_PASSWORD: 'pw', MYSQL_DATABASE: 'parking', MYSQL_ROOT_PASSWORD: 'pw' },
      { MARIADB_USER: 'parking', MARIADB_PASSWORD: 'pw', MARIADB_DATABASE: 'parking', MARIADB_ROOT_PASSWORD: 'pw' },
    ]);
  });

  it('follows what slipway.yml sets for the server, and encodes it in the URL', () => {
    const [unit] = plan(
      'unit: { run: x, services: [{ engine: postgres, env: { POSTGRES_PASSWORD: "a/b@c" } }] }',
    ).tests;
    expect(unit?.env.DATABASE_URL).toBe('postgresql://parking:a%2Fb%40c@postgres:5432/parking');
  });

  it('gives each service variables by its name; the first one wins the common names', () => {
    const [unit] = plan(
      'unit: { run: x, services: [{ engine: postgres }, { engine: postgres, name: old-data }] }',
    ).tests;
    expect(unit?.env).toMatchObject({
      PGHOST: 'postgres',
      OLD_DATA_HOST: 'old-data',
      OLD_DATA_PORT: '5432',
      OLD_DATA_URL: 'postgresql://parking:pw@old-data:5432/parking',
    });
  });

  it.each([
    ['postgres', true],
    ['{ engine: postgres, image: "mirror.acme.dev/library/postgres:15" }', true],
    ['{ engine: postgres, image: "acme/postgis:15" }', false],
    ['redis', false],
  ])('does not let the database of a test wait for the disk where the image takes that: %s', (service, quick) => {
    const [unit] = plan(`unit: { run: x, services: [${service}] }`).tests;
    const [planned] = unit?.services ?? [];
    expect(planned?.env.POSTGRES_INITDB_ARGS).toBe(quick ? '--no-sync' : undefined);
    expect(planned?.command?.includes('fsync=off')).toBe(quick ? true : undefined);
    expect(unit?.env.POSTGRES_INITDB_ARGS).toBeUndefined();
  });

  it.each([
    ['mysql', true],
    ['{ engine: mysql, image: "mirror.acme.dev/library/mysql:9.7" }', true],
    ['{ engine: mysql, image: "bitnami/mysql:9.4" }', undefined],
    ['mariadb', undefined],
  ])('lets the user of a test’s MySQL make triggers, for which it has no binary log: %s', (service, without) => {
    const [unit] = plan(`unit: { run: x, services: [${service}] }`).tests;
    expect(unit?.services[0]?.command?.includes('--skip-log-bin')).toBe(without);
  });

  it('leaves arguments that slipway.yml gives to a database', () => {
    const env = '{ POSTGRES_INITDB_ARGS: "--locale=de_DE" }';
    const own = `{ engine: postgres, env: ${env}, command: [postgres, -c, fsync=on] }`;
    const [unit] = plan(`unit: { run: x, services: [${own}] }`).tests;
    expect(unit?.services[0]).toMatchObject({
      command: ['postgres', '-c', 'fsync=on'],
      env: { POSTGRES_INITDB_ARGS: '--locale=de_DE' },
    });
  });

  it('takes any image with a port as a service', () => {
    const [unit] = plan('unit: { run: x, services: [{ name: search, image: "acme/search:1", port: 9200 }] }').tests;
    expect(unit?.services).toMatchObject([{ name: 'search', image: 'acme/search:1', port: 9200, health: undefined }]);
    expect(unit?.env).toMatchObject({ SEARCH_HOST: 'search', SEARCH_PORT: '9200' });
  });

  it('lets the test’s own env win', () => {
    const [unit] = plan('unit: { run: x, services: [redis], env: { REDIS_URL: "redis://other", CI: "no" } }').tests;
    expect(unit?.env).toMatchObject({ REDIS_URL: 'redis://other', CI: 'no' });
  });

  it('leaves black-box tests to the review environment unless there is a URL', () => {
    const tests = 'unit: { run: x }\n  api: { run: y, against: review }';
    expect(plan(tests)).toMatchObject({ tests: [{ name: 'unit' }], skipped: [{ name: 'api' }] });
    const withUrl = plan(tests, {}, { baseUrl: 'http://pr-7.localhost:8080' });
    expect(withUrl.skipped).toEqual([]);
    expect(withUrl.tests[1]).toMatchObject({ name: 'api', env: { BASE_URL: 'http://pr-7.localhost:8080' } });
    expect(withUrl.tests[0]?.env).not.toHaveProperty('BASE_URL');
  });

  it('refuses a BASE_URL that is none', () => {
    expect(() => plan('unit: { run: x }', {}, { baseUrl: 'pr-7.localhost' })).toThrow('BASE_URL is "pr-7.localhost"');
    expect(() => plan('unit: { run: x }', {}, { baseUrl: 'file:///etc/passwd' })).toThrow(UserError);
  });

  it('takes inputs before slipway.yml', () => {
    const tests = 'unit: { run: x, timeout: 1m }\n  slow: { run: y }';
    const chosen = plan(tests, { only: ['unit'], timeoutMs: 5_000, image: 'ghcr.io/a/b:1' });
    expect(chosen).toMatchObject({
      images: { parking: { reference: 'ghcr.io/a/b:1', given: true } },
      tests: [{ name: 'unit', timeoutMs: 5_000 }],
    });
  });

  it('keeps reports where the runner clears up, apart from those of a step beside it, else beside the application', () => {
    expect(plan('unit: { run: x }').reportsDir).toBe('/tmp/r/slipway/reports/0a1b2c3d');
    expect(plan('unit: { run: x }', {}, { temp: undefined })).toMatchObject({
      reportsDir: '/w/app/.slipway/reports',
      recordsDir: undefined,
    });
  });

  it.each([
    ['unit: { run: x }', { only: ['unti'] }, 'there is no test "unti"'],
    ['unit: { run: x, services: [{ name: db }] }', {}, 'tests.unit.services[0]: needs `engine` or `image`'],
    ['unit: { run: x, services: [{ image: "a/b:1" }] }', {}, 'tests.unit.services[0]: needs a `name`'],
    ['unit: { run: x, services: [postgres, postgres] }', {}, 'two services are named "postgres"'],
    ['unit: { run: x }', { image: 'A B' }, '"A B" is not an image reference'],
  ])('refuses %s %o', (tests, overrides, message) => {
    expect(() => plan(tests, overrides)).toThrow(UserError);
    expect(() => plan(tests, overrides)).toThrow(message);
  });
});
