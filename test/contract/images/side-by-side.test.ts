import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import { runTests } from '../../../src/stages/test/run.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('tests at the same time');

/** Writes a report with these cases and ends with a code. */
const suite = (cases: string, exit: number) =>
  `mkdir -p out && echo '<testsuite name="s">${cases}</testsuite>' > out/j.xml; exit ${exit}`;
const bad = (name: string) => `<testcase name="${name}"><failure message="1 is not 2"/></testcase>`;

describe.skipIf(!platform)('several tests and several runs, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'side-by-side');
  const { memcached } = platform.platform.baseImages;
  const image = `${rig.repository}:app`;
  let runs = 0;

  beforeAll(() => rig.build(image, rig.context({ Dockerfile: `FROM ${rig.base}\nWORKDIR /app\n` })));
  afterAll(() => rig.close());

  const ports = () => ({
    images: new DockerBuilder(rig.env),
    containers: new DockerContainers(rig.env),
    files: localFiles,
    log: rig.log,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const planned = (tests: object) => {
    const inputs = { workingDirectory: rig.folder, image, only: [], timeoutMs: undefined };
    const config = { app: 'contract', image: { repository: rig.repository }, tests };
    const around = { runId: `${process.pid}y${runs++}`, password: 'x', baseUrl: undefined, temp: rig.folder };
    return planTests(inputs, parseConfig(JSON.stringify(config), 'slipway.yml'), push(), around);
  };
  /** Containers and networks of this file's runs that are still there. */
  const left = () =>
    [
      rig.docker('container', 'ls', '--all', '--format', '{{.Names}}'),
      rig.docker('network', 'ls', '--format', '{{.Name}}'),
    ].flatMap((names) => names.split('\n').filter((name) => name.startsWith(`slipway-${process.pid}y`)));

  it('runs tests at the same time, each with a piece of the log and a network of its own', async () => {
    // Each of the two begins only when the other one has begun.
    const containers = new DockerContainers(rig.env);
    let waiting: (() => void)[] = [];
    const attach: typeof containers.attach = async (...args) => {
      await new Promise<void>((resolve, reject) => {
        args[2]?.addEventListener('abort', () => reject(args[2]?.reason));
        waiting.push(resolve);
        if (waiting.length < 2) return;
        for (const go of waiting) go();
        waiting = [];
      });
      return containers.attach(...args);
    };
    const own = Object.assign(Object.create(containers), { attach });
    const tests = {
      first: { run: 'for i in 1 2 3; do echo "first $i"; sleep 0.3; done; ! getent hosts memcached' },
      second: {
        run: 'for i in 1 2 3; do echo "second $i"; sleep 0.1; done',
        services: [{ engine: 'memcached', image: memcached }],
      },
    };
    const from = rig.lines.length;
    const result = await runTests(planned(tests), { ...ports(), containers: own }, 2);
    expect(result.error).toBeUndefined();
    const lines = rig.lines.slice(from).filter((line) => /^(first|second) \d$/.test(line));
    expect(lines).toEqual(['first', 'second'].flatMap((name) => [1, 2, 3].map((index) => `${name} ${index}`)));
    expect(result.steps.map(({ name }) => name)).toEqual(['find the image', 'first', 'second']);
    expect(left()).toEqual([]);
  });

  it('reads the coverage, and compares with the last run', async () => {
    const coverage = (covered: number) =>
      `mkdir -p out; echo '<coverage lines-valid="10" lines-covered="${covered}"/>' > out/c.xml`;
    const unit = (covered: number, cases: string, exit: number) => ({
      unit: { run: `${coverage(covered)}; ${suite(cases, exit)}`, report: 'out/j.xml', coverage: 'out/c.xml' },
    });
    const historyFile = join(rig.folder, 'history', 'tests.json');
    const once = (tests: object) => runTests({ ...planned(tests), historyFile }, ports());
    const failed = await once(unit(5, bad('old'), 1));
    expect(failed.error?.details[0]).toBe('s › old: 1 is not 2');
    const again = await once(unit(6, bad('old') + bad('bad'), 1));
    expect(again.error?.details.slice(0, 2)).toEqual(['new: s › bad: 1 is not 2', 's › old: 1 is not 2']);
    expect(again.annotations[0]?.title).toBe('unit: bad');
    const rows = again.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
    expect(rows).toContainEqual(['unit', '60.0 % (6 of 10), +10.0', '']);
    const none = await once({ unit: { run: 'true', coverage: 'none.xml' } });
    expect(none.annotations.map(({ message }) => message)).toContain('the coverage report none.xml was not written');
  });
});
