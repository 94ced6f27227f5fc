import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import { runTests } from '../../../src/stages/test/run.ts';
import { RUN_LABEL } from '../../../src/stages/test/scope.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { mysqlImage } from '../../support/mysql-image.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('tests in the image');
const PASSWORD = `pw-${process.pid}-value`;

/** Writes a report with these cases and ends with a code: a test suite in one line of shell. */
const suite = (cases: string, exit = 0) =>
  `mkdir -p out && echo '<testsuite name="s">${cases}</testsuite>' > out/j.xml; exit ${exit}`;
const OK = '<testcase name="ok"/>';
const BAD = '<testcase name="bad"><failure message="1 is not 2">src/a.sh:3: 1 is not 2</failure></testcase>';

describe.skipIf(!platform)('run-tests, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'tests');
  const { postgres, memcached, redis } = platform.platform.baseImages;
  const image = `${rig.repository}:app`;
  let runs = 0;

  beforeAll(() => {
    const dockerfile = `FROM ${postgres}\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["/bin/false"]\n`;
    const folder = rig.context({
      Dockerfile: dockerfile,
      'src/a.sh': 'x',
      'old/j.xml': `<testsuite>${BAD}</testsuite>`,
    });
    execFileSync('touch', ['--date', '2020-01-01', join(folder, 'old/j.xml')]);
    rig.build(image, folder);
  });
  afterAll(() => rig.close());

  const ports = (signal = new AbortController().signal) => ({
    images: new DockerBuilder(rig.env),
    containers: new DockerContainers(rig.env),
    files: localFiles,
    log: rig.log,
    clock: systemClock,
    signal,
  });
  const config = (tests: object) =>
    parseConfig(JSON.stringify({ app: 'contract', image: { repository: rig.repository }, tests }), 'slipway.yml');
  const around = () => ({
    runId: `${process.pid}x${runs++}`,
    password: PASSWORD,
    baseUrl: undefined,
    temp: rig.folder,
  });
  const planned = (tests: object, own = image) => {
    const inputs = { workingDirectory: rig.folder, image: own, only: [], timeoutMs: undefined };
    return planTests(inputs, config(tests), push(), around());
  };
  const run = (tests: object, signal?: AbortSignal) => runTests(planned(tests), ports(signal));
  /** Containers and networks of this file's runs that are still there. */
  const left = () =>
    [
      rig.docker('container', 'ls', '--all', '--format', '{{.Names}}'),
      rig.docker('network', 'ls', '--format', '{{.Name}}'),
    ].flatMap((names) => names.split('\n').filter((name) => name.startsWith(`slipway-${process.pid}x`)));

  it('runs in the image, not in its entrypoint, with its services ready and known by name', async () => {
    const script = `set -e
      test "$(psql "$DATABASE_URL" -qtAc 'select 41+1')" = 42
      echo > /dev/tcp/memcached/11211
      echo > /dev/tcp/redis/6379
      ${suite(OK)}`;
    const result = await run({
      unit: {
        run: ['bash', '-c', script],
        services: [
          { engine: 'postgres', image: postgres },
          { engine: 'memcached', image: memcached },
          { engine: 'redis', image: redis },
        ],
        report: 'out/j.xml',
      },
    });
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { passed: '1', failed: '0', skipped: '0', report: expect.stringContaining('/slipway/reports/') },
    });
    expect(existsSync(join(result.outputs.report ?? '', 'unit/j.xml'))).toBe(true);
    expect(left()).toEqual([]);
    const [record] = [JSON.parse(readFileSync(recordFile(), 'utf8'))];
    expect(record).toMatchObject({ commit: push().sha, passed: true, suites: [{ name: 'unit', passed: true }] });
  });

  it.each(mysqlImage)('waits until a client can work with MySQL, whose user may make triggers', async (mysql) => {
    const own = `${rig.repository}:mysql`;
    rig.build(own, rig.context({ Dockerfile: `FROM ${mysql}\n` }));
    const script = `set -eu
      ask() { MYSQL_PWD="$DB_PASSWORD" mysql -N -B -h "$DB_HOST" -P "$DB_PORT" -u "$1" "$MYSQL_DATABASE" -e "$2"; }
      ask "$DB_USERNAME" 'create table t (i int); create trigger d before insert on t for each row set new.i = 2 * new.i'
      ask root 'create database test_contract'
      ask "$DB_USERNAME" 'insert into t values (21)'
      test "$(ask "$DB_USERNAME" 'select i from t')" = 42`;
    const unit = { run: script, services: [{ engine: 'mysql', image: mysql }] };
    const result = await runTests(planned({ unit }, own), ports());
    expect(result.error).toBeUndefined();
    expect(left()).toEqual([]);
  });

  const recordFile = () => {
    const [inspected] = JSON.parse(rig.docker('image', 'inspect', image));
    return join(rig.folder, 'slipway/tested', `contract-${inspected.Id.replace(':', '-')}.json`);
  };

  it('turns failed cases into annotations, and tells what the services said last', async () => {
    const services = [{ engine: 'redis', image: redis }];
    const result = await run({ unit: { run: suite(OK + BAD, 1), services, report: 'out' } });
    expect(result).toMatchObject({
      outcome: 'failed',
      outputs: { passed: '1', failed: '1' },
      error: { message: 'unit: 1 of 2 tests failed', details: ['s › bad: 1 is not 2'] },
      annotations: [{ level: 'error', title: 'unit: bad', message: '1 is not 2' }],
    });
    expect(JSON.stringify(result.blocks)).toContain('service redis, last lines');
    expect(JSON.stringify(result.blocks)).toContain('Ready to accept connections');
  });

  it('hb-18: takes the reports that a pattern names, wherever they lie, and no links', async () => {
    const write = (folder: string) =>
      `mkdir -p ${folder} && echo '<testsuite name="s">${OK}</testsuite>' > ${folder}/TEST-a.xml`;
    const command = `${write('a/build')}; ${write('b/build')}; ${write('b/other')}; ln -s /etc/passwd b/build/TEST-b.xml`;
    const result = await run({ unit: { run: command, report: '*/build/TEST-*.xml' } });
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { passed: '2' }, annotations: [] });
    expect(existsSync(join(result.outputs.report ?? '', 'unit/b/build/TEST-a.xml'))).toBe(true);
    expect(existsSync(join(result.outputs.report ?? '', 'unit/b/build/TEST-b.xml'))).toBe(false);
    const none = await run({ unit: { run: 'true', report: 'nosuch/**/*.xml' } });
    expect(none.annotations).toMatchObject([{ message: 'no report was written to nosuch/**/*.xml' }]);
  });

  it('believes neither the exit code nor the report alone', async () => {
    const result = await run({
      liar: { run: suite(BAD, 0), report: 'out/j.xml' },
      crash: { run: suite(OK, 3), report: 'out/j.xml' },
      stale: { run: 'exit 1', report: 'old/j.xml' },
      fine: { run: 'true' },
    });
    expect(result.outputs).toMatchObject({ passed: '1', failed: '1' });
    expect(result.headline).toBe(
      [
        'liar: 1 of 1 tests failed, although its command ended with 0',
        'crash: the command ended with exit code 3, although no test of the report failed',
        'stale: the command ended with exit code 1 and wrote no report to old/j.xml',
      ].join('; '),
    );
    expect(result.annotations).toContainEqual({
      level: 'warning',
      title: 'stale',
      message: 'j.xml was in the image before the test ran',
    });
  });

  it('ends at once when a service dies, with the reason that the service gave', async () => {
    const dead = { engine: 'postgres', image: postgres, env: { POSTGRES_PASSWORD: '' } };
    const dying = { name: 'brief', image: memcached, command: ['--listen=nosuchaddress'], port: 11211 };
    const result = await run({
      dead: { run: 'true', services: [dead] },
      dying: { run: 'sleep 60', services: [dying] },
      missing: { run: 'true', services: [{ name: 'x', image: `${rig.registry}/contract-images/nosuch:1`, port: 1 }] },
    });
    expect(result.headline).toMatch(
      /^dead: service postgres \(.*\) ended with exit code 1; dying: service brief \(.*\) ended with exit code \d+; missing: image .*nosuch:1 was not found in its registry$/,
    );
    expect(result.error?.details.join('\n')).toContain('POSTGRES_PASSWORD is not set');
    expect(left()).toEqual([]);
  });

  it('says why a service did not become ready', async () => {
    // Each wait of the stage counts as 20 s: nobody waits for two minutes here.
    let passed = 0;
    const clock = {
      now: () => Date.now() + passed,
      monotonic: () => performance.now() + passed,
      sleep: (ms: number, signal?: AbortSignal) => {
        passed += 20_000;
        return systemClock.sleep(ms, signal);
      },
    };
    const listen =
      'use IO::Socket::INET; $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:9000", Listen => 1); sleep 60';
    const service = (more: object) => [{ name: 'svc', image: postgres, ...more }];
    const tests = {
      port: { run: 'true', services: service({ command: ['sleep', '60'], port: 9000 }) },
      loopback: { run: 'true', services: service({ command: ['perl', '-e', listen], port: 9000 }) },
      health: { run: 'true', services: service({ command: ['sleep', '60'], health: 'echo not yet; exit 4' }) },
    };
    const { headline } = await runTests(planned(tests), { ...ports(), clock });
    expect(headline.split('; ')).toEqual([
      expect.stringMatching(/^port: service svc .* was not ready after 2 min: port 9000 does not accept connections$/),
      expect.stringMatching(
        /^loopback: .*: it listens on port 9000 of 127\.0\.0\.1 only, where nobody else reaches it$/,
      ),
      expect.stringMatching(/^health: .*: its health command ended with 4: not yet$/),
    ]);
    expect(left()).toEqual([]);
  });

  it('sees a service ready from inside, where its address cannot be reached from here', async () => {
    const containers = Object.assign(new DockerContainers(rig.env), { reachable: async () => false });
    const tests = { unit: { run: 'true', services: [{ engine: 'memcached', image: memcached }] } };
    expect((await runTests(planned(tests), { ...ports(), containers })).outcome).toBe('succeeded');
  });

  it('notices a service that dies while the test runs', async () => {
    const brief = {
      name: 'brief',
      image: postgres,
      command: ['sh', '-c', 'sleep 3; echo last words; exit 7'],
      health: 'true',
    };
    const result = await run({ unit: { run: 'sleep 60', services: [brief] } });
    expect(result.headline).toMatch(/^unit: service brief \(.*\) ended with exit code 7$/);
    expect(result.error?.details).toContain('last words');
  });

  it('ends a test whose time is over, and goes on with the next one', async () => {
    const tests = { slow: { run: 'echo waiting; sleep 600', timeout: '5m' }, next: { run: 'true' } };
    const clock = jumpingClock(() => rig.lines.some((line) => line.includes('waiting')));
    const result = await runTests(planned(tests), { ...ports(), clock });
    expect(result.headline).toBe('slow: it did not end within 5 min');
    expect(result.error?.details).toContain('waiting');
    expect(result.outputs.passed).toBe('');
    expect(left()).toEqual([]);
  });

  it('says when the program is not in the image, or the image is nowhere', async () => {
    const result = await run({ unit: { run: ['nosuchprogram', '--x'] } });
    expect(result.headline).toBe('unit: the image has no program "nosuchprogram"');
    const plan = planned({ unit: { run: 'true' } });
    const reference = `${rig.repository}:nosuch`;
    const gone = { ...plan, images: { contract: { reference, given: false, contextDir: rig.folder } } };
    await expect(runTests(gone, ports())).rejects.toThrow('nosuch is not in this Docker engine');
  });

  it('gives the test values of any form', async () => {
    const odd = { PLAIN: 'a b"c\'d$e', LINES: 'one\ntwo', EMPTY: '', DOCKER_HOST: 'tcp://elsewhere', HASH: '#x' };
    const test = `test "$PLAIN" = 'a b"c'"'"'d$e' && test "$LINES" = "$(printf 'one\\ntwo')" && test "\${EMPTY-unset}" = "" && test "$DOCKER_HOST" = tcp://elsewhere && test "$HASH" = '#x' && test "$CI" = true`;
    expect((await run({ unit: { run: test, env: odd } })).headline).toBe(
      'unit passed without a report: its cases are not counted',
    );
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const stop = new AbortController();
    const work = run({ unit: { run: 'sleep 120', services: [{ engine: 'redis', image: redis }] } }, stop.signal);
    await until(() => left().some((name) => name.endsWith('-test')));
    stop.abort(new Error('cancelled'));
    await expect(work).rejects.toThrow('cancelled');
    expect(left()).toEqual([]);
  });

  it('clears what a killed run left, once its time is over, and nothing else', async () => {
    const leave = (name: string, expires: string) => {
      const labels = [`--label=${RUN_LABEL}=${name}`, `--label=slipway.dev/expires-at=${expires}`];
      rig.docker('network', 'create', ...labels, `slipway-${process.pid}x-${name}`);
      rig.docker('create', ...labels, `--name=slipway-${process.pid}x-${name}`, image);
    };
    leave('old', '2020-01-01T00:00:00.000Z');
    leave('other', '2999-01-01T00:00:00.000Z');
    await run({ unit: { run: 'true' } });
    expect(left()).toEqual([`slipway-${process.pid}x-other`, `slipway-${process.pid}x-other`]);
    rig.docker('container', 'rm', `slipway-${process.pid}x-other`);
    rig.docker('network', 'rm', `slipway-${process.pid}x-other`);
  });

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
