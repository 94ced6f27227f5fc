import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../../src/config/load.ts';
import { SlipwayError } from '../../../../../src/errors.ts';
import { localEvent } from '../../../../../src/event/local.ts';
import { expectedOf } from '../../../../../src/plan/doctor/expected.ts';
import type { Finding } from '../../../../../src/plan/doctor/report.ts';
import {
  checkConfigFile,
  checkDockerfiles,
  checkIgnored,
  checkSchema,
} from '../../../../../src/plan/doctor/repository/files.ts';
import { slipwayJobs } from '../../../../../src/plan/doctor/repository/workflow.ts';
import {
  checkJobEnvironments,
  checkPermissions,
  checkWorkflows,
} from '../../../../../src/plan/doctor/repository/workflows.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = `
app: parking
image: { repository: ghcr.io/acme/parking }
review: { host: 'pr-{number}.acme.dev' }
environments:
  staging: { namespace: parking-staging }
  production: { namespace: parking, promoteFrom: staging }
`;
const event = localEvent({ sha: 'a'.repeat(40), branch: 'main', origin: undefined }, '');
const expected = expectedOf(parseConfig(CONFIG, 'slipway.yml'), event, '/');

/** Runs the command that a finding prints, in the folder. */
function fixed({ fix }: Finding): void {
  execFileSync('sh', ['-c', fix ?? 'false'], { cwd: folder });
}

function problemOf(text: string): SlipwayError | undefined {
  try {
    parseConfig(text, 'slipway.yml');
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

describe('slipway.yml', () => {
  const check = () => {
    const error = problemOf(readFileSync(join(folder, 'slipway.yml'), 'utf8'));
    return checkConfigFile({ file: 'slipway.yml', exists: true, error });
  };

  it('with misspelt keys is corrected by the printed command', () => {
    writeFileSync(
      join(folder, 'slipway.yml'),
      CONFIG.replace('review:', 'reviews:').replace('namespace: parking,', 'namespce: parking,'),
    );
    const before = check();
    expect(before).toMatchObject({ status: 'failed', fix: expect.stringContaining('sed -i.bak') });
    fixed(before);
    expect(check().status).toBe('ok');
  });

  it('with another problem gets no command that would only hide it', () => {
    writeFileSync(
      join(folder, 'slipway.yml'),
      CONFIG.replace('review:', 'reviews:').replace('ghcr.io/acme/parking', 'Ghcr'),
    );
    expect(check()).toMatchObject({ status: 'failed', fix: null });
  });

  it('with a foreign schema gets that of Slipway', () => {
    writeFileSync(
      join(folder, 'slipway.yml'),
      `# yaml-language-server: $schema=https://example.com/other.json${CONFIG}`,
    );
    const read = () => checkSchema('slipway.yml', readFileSync(join(folder, 'slipway.yml'), 'utf8'));
    fixed(read());
    expect(read().status).toBe('ok');
    expect(check().status).toBe('ok');
    expect(checkSchema('slipway.yml', CONFIG).status).toBe('skipped');
  });
});

describe('the files around it', () => {
  it('finds a missing Dockerfile, and names those that exist', () => {
    expect(checkDockerfiles(expected, ['Dockerfile'])[0]?.status).toBe('ok');
    expect(checkDockerfiles(expected, ['docker/Dockerfile'])[0]?.evidence).toEqual([
      'the repository has docker/Dockerfile',
    ]);
  });

  it('excludes the file of credentials by the printed command', () => {
    writeFileSync(join(folder, '.gitignore'), 'node_modules');
    const read = () =>
      checkIgnored(true, { '.gitignore': readFileSync(join(folder, '.gitignore'), 'utf8') })[0] as Finding;
    fixed(read());
    expect(read().status).toBe('ok');
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules\ngha-creds-*.json\n');
    expect(checkIgnored(false, {})[0]?.status).toBe('skipped');
  });
});

/** The workflows to copy, after a change of their text. */
function jobsOf(files: readonly string[], change = (text: string) => text) {
  const read = (file: string) => change(readFileSync(`workflows/complete/google-cloud/${file}`, 'utf8'));
  return slipwayJobs(files.map((file) => ({ path: `.github/workflows/${file}`, content: load(read(file)) })));
}

describe('the workflows', () => {
  const all = ['main.yml', 'promote.yml', 'pull-request.yml', 'reap-environments.yml'];
  const failed = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'failed');

  it('to copy have all that they need, but the permission of a registry that they do not know', () => {
    expect(failed(checkWorkflows(expected, jobsOf(all)))).toEqual([]);
    expect(failed(checkJobEnvironments(expected, jobsOf(all)))).toEqual([]);
    const elsewhere = { repositories: ['europe-west1-docker.pkg.dev/acme/apps/parking'] };
    expect(failed(checkPermissions(elsewhere, jobsOf(all)))).toEqual([]);
    const lacking = failed(checkPermissions(expected, jobsOf(all))).map(({ message }) => message);
    expect(new Set(lacking)).toEqual(new Set(['lacks packages: write']));
  });

  it('to copy that call reusable ones are seen through', () => {
    const folderOf = (name: string) => (file: string) => load(readFileSync(`${name}/${file}`, 'utf8'));
    const library = Object.fromEntries(
      all.map((file) => [file.replace('.yml', ''), folderOf('.github/workflows')(file)]),
    );
    const called = (variant: string, google: boolean) => {
      const files = all.map((file) => ({ path: file, content: folderOf(`workflows/${variant}`)(file) }));
      return slipwayJobs(files, { workflows: library, google });
    };
    const google = called('google-cloud', true);
    expect(failed(checkWorkflows(expected, google))).toEqual([]);
    expect(failed(checkJobEnvironments(expected, google))).toEqual([]);
    expect(failed(checkPermissions({ repositories: [] }, google))).toEqual([]);
    const deploy = google.find(({ job }) => job === 'slipway / deploy');
    expect(deploy).toMatchObject({ path: 'main.yml', environment: 'staging', secrets: [] });
    expect(deploy?.vars).toEqual(['SLIPWAY_IDENTITY_PROVIDER', 'SLIPWAY_SERVICE_ACCOUNT']);
    const kubernetes = called('kubernetes', false);
    expect(failed(checkPermissions(expected, kubernetes))).toEqual([]);
    const promote = kubernetes.find(({ environment }) => environment === 'production');
    expect(promote).toMatchObject({ vars: [], secrets: ['SLIPWAY_KUBECONFIG'], signIn: undefined });
  });

  it.each(all)('are missed without %s', (file) => {
    expect(failed(checkWorkflows(expected, jobsOf(all.filter((other) => other !== file))))).toHaveLength(1);
  });

  it('lack a permission, an environment, or name another environment', () => {
    const without = jobsOf(all, (text) => text.replace(/^ {6}pull-requests: write.*\n/m, ''));
    expect(failed(checkPermissions({ repositories: [] }, without)).map(({ message }) => message)).toContain(
      'lacks pull-requests: write',
    );
    const elsewhere = jobsOf(all, (text) => text.replace('name: production\n', 'name: prod\n'));
    expect(failed(checkJobEnvironments(expected, elsewhere))[0]?.message).toContain(
      'runs in the GitHub environment prod',
    );
    const other = jobsOf(all, (text) => text.replace('environment: staging', 'environment: stage'));
    expect(failed(checkJobEnvironments(expected, other))[0]?.message).toContain('deploys to stage');
  });
});
