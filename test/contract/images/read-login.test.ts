import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateBuilder } from '../../../src/adapters/docker/locate.ts';
import { jobFolders, runAction } from '../../support/action-runner.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { claimsOfJob, identityEnv } from '../../support/github-double/identity.ts';
import { PrivateRegistry } from '../../support/images/private-registry.ts';
import { requirePlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { push, REPOSITORY } from '../../support/triggers.ts';

const platform = await requirePlatform('a login that only reads images');

interface Step {
  inputs?: Record<string, string>;
  withLogin?: boolean;
  env?: NodeJS.ProcessEnv;
}

describe.skipIf(!platform)('SEC-32: a private registry, and the login that only reads images', () => {
  if (!platform) return;
  let registry: PrivateRegistry;
  let reference: string;
  let docker: string;
  let github: GitHubDouble;
  beforeAll(async () => {
    github = await startGitHubDouble();
    registry = await PrivateRegistry.start(platform, 5850);
    reference = await registry.image('reads');
    // The one that builds.
    docker = (await locateBuilder(platform.env)).docker.file;
  });
  afterAll(async () => {
    // What the jobs built, beside what the registry has built.
    await registry?.forget('reads');
    await Promise.all([registry?.close(), github?.close()]);
  });

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

  /** A job on a machine of its own, with that docker. */
  function startJob(dockerfile = `FROM scratch\nCOPY Dockerfile /made-by-${process.pid}\n`) {
    const folder = scratchFolder();
    const folders = jobFolders(folder);
    const { HOME: _, KUBECONFIG: __, PATH = '', ...machine } = platform?.env ?? {};
    const { bin, seen } = spy(folder, docker);
    writeFileSync(join(folders.workspace, 'Dockerfile'), dockerfile);
    writeFileSync(
      join(folders.workspace, 'slipway.yml'),
      `app: reads
image: { repository: ${registry.host}/team/reads }
tests: { unit: { run: 'true' } }
deploy: { port: 8080, command: python3 -m http.server 8080 }
`,
    );
    const { user, password } = registry.login;
    const login = { registry: registry.host, 'registry-user': user, 'registry-password': password };
    return async (action: string, { inputs = {}, withLogin = true, env = {} }: Step = {}) => {
      const result = await runAction({
        action,
        inputs: { ...inputs, ...(withLogin ? login : {}) },
        trigger: push(),
        facts: { serverUrl: github.url, apiUrl: github.apiUrl },
        folders,
        // Node's folder may have a docker as well.
        node: null,
        env: { ...machine, ...env, PATH: [bin, PATH, dirname(process.execPath)].join(delimiter) },
      });
      return { ...result, seen: seen() };
    };
  }

  it('build-image asks for an image of the same sources, and docker never sees the login', async () => {
    const { output, exitCode, log, seen } = await startJob()('build-image');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('The registry has no image of these sources.');
    expect(log.lines.join('\n')).not.toContain(registry.login.password);
    const commands = [...seen];
    expect(commands.filter((line) => line.endsWith(': yes'))).toEqual([]);
    expect(commands.some((line) => line.startsWith('buildx build') || line.startsWith('build '))).toBe(true);
  });

  it('without the login it builds, and says why it asked in vain', async () => {
    const { output, exitCode } = await startJob()('build-image', { withLogin: false });
    expect(exitCode, output).toBe(0);
    expect(output).toContain('The registry cannot be asked for an image of these sources: ');
  });

  it('another machine builds and tests nothing again, with this login alone', async () => {
    const base = platform.platform.baseImages.debian;
    const dockerfile = `FROM ${base}\nRUN echo ${process.pid} > /made-by\n`;
    const { full_name: repository, id: repositoryId } = REPOSITORY;
    const event = { event: 'push', ref: 'refs/heads/main', sha: String(push().payload.after) };
    const env = identityEnv(github.url, claimsOfJob({ repository, repositoryId, ...event }));
    const first = startJob(dockerfile);
    // The sign-in of the workflows, after the tests.
    const signedIn = { ...env, DOCKER_CONFIG: registry.dockerConfig };
    for (const [action, own] of [
      ['build-image', env],
      ['run-tests', env],
      ['push-to-registry', signedIn],
    ] as const) {
      const { exitCode, output } = await first(action, { withLogin: action === 'build-image', env: own });
      expect(exitCode, output).toBe(0);
    }
    const second = startJob(dockerfile);
    const built = await second('build-image');
    expect(built.outputs.image, built.output).toMatch(/\/team\/reads@sha256:[0-9a-f]{64}$/);
    expect(built.outputs.reused).toBe('true');
    const tested = await second('run-tests', { withLogin: false, inputs: { image: built.outputs.image ?? '' } });
    expect(tested.exitCode, tested.output).toBe(0);
    expect([...tested.seen].filter((line) => /build|container/.test(line))).toEqual([]);
  });

  it('preflight pulls an image that was not built here, and only this pull sees the login', async () => {
    await registry.forget('reads');
    const { output, outputs, seen } = await startJob()('preflight', { inputs: { image: reference } });
    expect(outputs.findings, output).toMatch(/^\d+$/);
    expect([...seen].filter((line) => line.endsWith(': yes'))).toEqual(['image pull: yes']);
    expect([...seen]).toContain('container start: no');
  });
});
