import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { planBlackBox } from '../../../src/plan/test-plan.ts';
import { runBlackBox } from '../../../src/stages/test/run.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('black-box tests');

describe.skipIf(!platform)('black-box tests, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'black-box');
  afterAll(() => rig.close());

  it('HRD-8: runs black-box tests against a URL of this machine, and reaches nothing else of it', async () => {
    const other = createServer((_, response) => response.end('secret'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const closed = `! (exec 3<>/dev/tcp/127.0.0.1/${(other.address() as AddressInfo).port}) 2>/dev/null`;
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`);
      response.end('pong');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `pr-7.contract.localhost:${(server.address() as AddressInfo).port}`;
    const get = `host=\${BASE_URL#http://}; exec 3<>/dev/tcp/\${host%:*}/\${host#*:}; printf 'GET /ping HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n' "$host" >&3; grep -q pong <&3`;
    const tests = { api: { run: ['bash', '-c', `${closed} && ${get}`], against: 'review' }, unit: { run: 'exit 1' } };
    const config = parseConfig(
      JSON.stringify({ app: 'contract', image: { repository: rig.repository }, tests }),
      'slipway.yml',
    );
    const around = { runId: `${process.pid}xblack`, password: 'unused', baseUrl: undefined, temp: rig.folder };
    const ports = {
      images: new DockerBuilder(rig.env),
      containers: new DockerContainers(rig.env),
      files: localFiles,
      log: rig.log,
      clock: systemClock,
      signal: new AbortController().signal,
    };
    const inputs = {
      names: undefined,
      url: `http://${host}`,
      images: { [config.app]: rig.base },
      sha: push().sha,
      workingDirectory: rig.folder,
    };
    const result = await runBlackBox(planBlackBox(inputs, config, around), ports);
    server.close();
    other.close();
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { passed: '', failed: '' } });
    expect(asked).toEqual([`${host}/ping`]);
  });
});
