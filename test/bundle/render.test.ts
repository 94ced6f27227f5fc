import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { releasedActions } from '../support/runner/released.ts';
import { scratchFolder } from '../support/runner/scratch.ts';

const run = promisify(execFile);
const FILE = `app: parking
image: { repository: ghcr.io/acme/parking }
deploy: { migrate: flask db upgrade }
review: { database: {} }
environments: { staging: { namespace: parking-staging, host: staging.parking.acme.dev } }
`;
const OWN = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: 'ghcr.io/acme/parking:dev', ports: [{ containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;
const CLUSTER_ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: all }
rules: []
`;

describe('slipway render, from the bundle', () => {
  let bundle: string;
  let folder: string;
  beforeAll(async () => {
    bundle = join(await releasedActions(), 'dist/slipway.mjs');
    folder = scratchFolder();
    writeFileSync(join(folder, 'slipway.yml'), FILE);
    const git = (...args: string[]) =>
      run('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example', ...args]);
    await git('init', '-q');
    await git('commit', '-q', '--allow-empty', '-m', 'first');
  });
  const render = (...args: string[]) =>
    run(process.execPath, [bundle, 'render', ...args], { cwd: folder, env: { PATH: process.env.PATH } });

  it('prints the objects of an environment, which kubectl reads, without a cluster', async () => {
    const { stdout } = await render('staging', '--image', 'ghcr.io/acme/parking:1');
    writeFileSync(join(folder, 'objects.yml'), stdout);
    const kinds = await run('kubectl', ['label', '--local', '-f', join(folder, 'objects.yml'), 'a=b', '-o', 'name']);
    expect(
      kinds.stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/\/parking.*| labeled.*/g, '')),
    ).toEqual(['job.batch', 'deployment.apps', 'service', 'ingress.networking.k8s.io', 'poddisruptionbudget.policy']);
    expect(stdout).toContain('image: ghcr.io/acme/parking:1');
  });

  it('prints a review environment with hidden Secrets', async () => {
    const { stdout } = await render('--pull-request', '7');
    expect(stdout).toContain('kind: ResourceQuota');
    expect(stdout).toMatch(/POSTGRES_PASSWORD: '\*\*\*'/);
  });

  it('prints its usage', async () => {
    expect((await render('--help')).stdout).toMatch(/^usage: slipway render <environment>/);
  });

  it('needs no commit, and says which placeholder it takes', async () => {
    const fresh = scratchFolder();
    writeFileSync(join(fresh, 'slipway.yml'), FILE);
    for (const args of [['staging'], ['--pull-request', '7']]) {
      const { stdout } = await render(...args, '--working-directory', fresh);
      expect(stdout).toMatch(/^# The commit 0{40} is a placeholder: git reports none \(.+\)\.$/m);
      expect(stdout).toContain('image: ghcr.io/acme/parking:sha-000000000000');
    }
  });

  it('prints objects of the team as a rollout and a review environment write them, and refuses what those refuse', async () => {
    mkdirSync(join(folder, 'own/k8s'), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(folder, 'own', name), text);
    write('slipway.yml', FILE.replace('deploy: { migrate', 'deploy: { kustomize: k8s, migrate'));
    write('k8s/kustomization.yaml', 'resources: [all.yaml]\n');
    write('k8s/all.yaml', OWN);
    const own = ['--working-directory', join(folder, 'own'), '--image', 'ghcr.io/acme/parking:1'];
    const staging = await render('staging', ...own);
    expect(staging.stdout).toMatch(/^# environment staging, namespace parking-staging, .*deploy\.kustomize/);
    expect(staging.stdout).toContain('namespace: parking-staging');
    const review = await render('--pull-request', '7', ...own);
    expect(review.stdout).toContain('kind: ResourceQuota');
    for (const { stdout } of [staging, review]) {
      expect(stdout.match(/^[ -]+image: ghcr.io\/acme\/parking:1$/gm)).toHaveLength(2);
      expect(stdout).not.toContain(':dev');
    }
    write('k8s/all.yaml', `${OWN}---\n${CLUSTER_ROLE}`);
    await expect(render('staging', ...own)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ClusterRole all belongs to the whole cluster'),
    });
    await expect(render('--pull-request', '7', ...own)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('this kind can open the walls of a review environment'),
    });
  });

  it('reports what is wrong, and exits with 1', async () => {
    await expect(render('stagin')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean "staging"?'),
    });
    await expect(render()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('usage: slipway render <environment>'),
    });
  });
});
