import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateBuilder } from '../../../src/adapters/docker/locate.ts';
import { jobFolders, runAction } from '../../support/action-runner.ts';
import { PrivateRegistry } from '../../support/images/private-registry.ts';
import { requirePlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { push } from '../../support/triggers.ts';

const platform = await requirePlatform('a login that only reads images');

describe.skipIf(!platform)('SEC-32: a private registry, and the login that only reads images', () => {
  if (!platform) return;
  let registry: PrivateRegistry;
  let reference: string;
  let docker: string;
  beforeAll(async () => {
    registry = await PrivateRegistry.start(platform, 5850);
    reference = await registry.image('reads');
    // The one that builds.
    docker = (await locateBuilder(platform.env)).docker.file;
  });
  afterAll(() => registry?.close());

  /** A docker that notes for each of its commands whether it could have read the login, and then does what docker does. */
  function spy(folder: string, real: string): { bin: string; seen(): Set<string> } {
    const [bin, notes] = [join(folder, 'bin'), join(folder, 'notes')];
    mkdirSync(bin);
    writeFileSync(notes, '');
    const secrets = registry.login.secrets.map((secret) => `-e '${secret}'`).join(' ');
    writeFileSync(
      join(bin, 'docker'),
      `#!/bin/sh
if { env; grep -rhsF ${secrets} $HOME $RUNNER_TEMP $DOCKER_CONFIG; } | grep -qF ${secrets}; then echo "$1 $2: yes"; else echo "$1 $2: no"; fi >> '${notes}'
exec '${real}' "$@"
`,
    );
    chmodSync(join(bin, 'docker'), 0o755);
    const seen = () => new Set(readFileSync(notes, 'utf8').trim().split('\n'));
    return { bin, seen };
  }

  /** Runs an action in a workspace of its own, with that docker. */
  async function run(action: string, inputs: Record<string, string>, withLogin = true) {
    const folder = scratchFolder();
    const folders = jobFolders(folder);
    const { HOME: _, KUBECONFIG: __, PATH = '', ...machine } = platform?.env ?? {};
    const { bin, seen } = spy(folder, docker);
    writeFileSync(join(folders.workspace, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /made-by-${process.pid}\n`);
    writeFileSync(
      join(folders.workspace, 'slipway.yml'),
      `app: reads\nimage: { repository: ${registry.host}/team/reads }\ndeploy: { port: 8080, command: python3 -m http.server 8080 }\n`,
    );
    const { user, password } = registry.login;
    const login = { registry: registry.host, 'registry-user': user, 'registry-password': password };
    const result = await runAction({
      action,
      inputs: { ...inputs, ...(withLogin ? login : {}) },
      trigger: push(),
      folders,
      // Node's folder may have a docker as well.
      node: null,
      env: { ...machine, PATH: [bin, PATH, dirname(process.execPath)].join(delimiter) },
    });
    return { ...result, seen: seen() };
  }

  it('build-image asks for an image of the same sources, and docker never sees the login', async () => {
    const { output, exitCode, log, seen } = await run('build-image', {});
    expect(exitCode, output).toBe(0);
    expect(output).toContain('The registry has no image of these sources.');
    expect(log.lines.join('\n')).not.toContain(registry.login.password);
    const commands = [...seen];
    expect(commands.filter((line) => line.endsWith(': yes'))).toEqual([]);
    expect(commands.some((line) => line.startsWith('buildx build') || line.startsWith('build '))).toBe(true);
  });

  it('without the login it builds, and says why it asked in vain', async () => {
    const { output, exitCode } = await run('build-image', {}, false);
    expect(exitCode, output).toBe(0);
    expect(output).toContain('The registry cannot be asked for an image of these sources: ');
  });

  it('preflight pulls an image that was not built here, and only this pull sees the login', async () => {
    await registry.forget('reads');
    const { output, outputs, seen } = await run('preflight', { image: reference });
    expect(outputs.findings, output).toMatch(/^\d+$/);
    expect([...seen].filter((line) => line.endsWith(': yes'))).toEqual(['image pull: yes']);
    expect([...seen]).toContain('container start: no');
  });
});
