import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readKubeconfig } from '../../../../src/adapters/kube/kubeconfig.ts';
import { refusal } from '../../../support/refusal.ts';
import { scratchFolder } from '../../../support/runner/scratch.ts';

const folder = scratchFolder();

interface Parts {
  user?: Record<string, unknown>;
  cluster?: Record<string, unknown>;
  context?: Record<string, unknown>;
  current?: string;
  name?: string;
}

function write({
  user = { token: 'secret-token' },
  cluster = {},
  context = {},
  current = 'main',
  name = 'c',
}: Parts): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
  const text = dump({
    'current-context': current,
    clusters: [{ name, cluster: { server: 'https://kube.example:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: name, user: 'u', ...context } }],
  });
  writeFileSync(file, text);
  return file;
}

describe('a kubeconfig', () => {
  it('gives server, certificate authority and token of its current context', async () => {
    const ca = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const connection = readKubeconfig(write({ cluster: { 'certificate-authority-data': ca } }), undefined);
    expect(connection).toMatchObject({
      name: 'main',
      server: 'https://kube.example:6443',
      ca: '-----BEGIN CERTIFICATE-----',
    });
    expect(await connection.authorization?.(false)).toBe('Bearer secret-token');
  });

  it('SEC-22: in the workspace, names no file outside of it', () => {
    const inside = join(folder, 'token-of-the-workspace');
    writeFileSync(inside, 'a token');
    const outside = join(scratchFolder(), 'token');
    writeFileSync(outside, 'secret of the runner');
    const link = join(folder, 'link');
    symlinkSync(outside, link);
    const read = (user: Record<string, unknown>, cluster = {}, workspace: string | undefined = folder) =>
      readKubeconfig(write({ user, cluster }), undefined, workspace);
    expect(read({ tokenFile: inside }).authorization).toBeDefined();
    for (const path of [outside, link, '../outside']) {
      expect(() => read({ tokenFile: path })).toThrow('names a file outside of it');
      expect(() => read({ token: 't', 'client-key': path })).toThrow('names a file outside of it');
      expect(() => read({ token: 't' }, { 'certificate-authority': path })).toThrow('names a file outside of it');
    }
    expect(read({ tokenFile: outside }, {}, tmpdir()).authorization).toBeDefined();
    expect(readKubeconfig(write({ user: { tokenFile: outside } }), undefined).authorization).toBeDefined();
  });

  it('has no second token to offer when the first was refused', async () => {
    expect(await readKubeconfig(write({}), undefined).authorization?.(true)).toBeUndefined();
  });

  it('reads certificates relative to its own folder', () => {
    writeFileSync(join(folder, 'client.crt'), 'CERT');
    writeFileSync(join(folder, 'client.key'), 'KEY');
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    expect(readKubeconfig(write({ user }), undefined)).toMatchObject({ cert: 'CERT', key: 'KEY' });
  });

  it('reads a token file anew for every request', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const { authorization } = readKubeconfig(write({ user: { tokenFile: 'token' } }), undefined);
    expect(await authorization?.(false)).toBe('Bearer first');
    writeFileSync(file, 'second\n');
    expect(await authorization?.(false)).toBe('Bearer second');
  });

  it('of several files takes the first that names something', () => {
    const files = [write({ current: '' }), write({})].join(delimiter);
    expect(readKubeconfig(files, undefined).name).toBe('main');
  });

  it('that would start a program is refused, and GKE is told its own way in', () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', 'touch /tmp/owned'] };
    expect(refusal(() => readKubeconfig(write({ user: { exec } }), undefined)).message).toContain(
      'which Slipway does not start',
    );
    const gke = refusal(() =>
      readKubeconfig(write({ user: { exec: { ...exec, command: 'gke-gcloud-auth-plugin' } } }), undefined),
    );
    expect(gke.remedy).toContain('`cluster: projects/…/locations/…/clusters/…`');
    const provider = { 'auth-provider': { name: 'oidc' } };
    expect(refusal(() => readKubeconfig(write({ user: provider }), undefined)).message).toContain(
      'auth-provider (oidc)',
    );
  });

  it('without the context that is asked for names the nearest', () => {
    expect(refusal(() => readKubeconfig(write({}), 'mian')).remedy).toBe('Did you mean "main"?');
    expect(refusal(() => readKubeconfig(write({}), 'production')).remedy).toContain('one of: main');
  });

  it('without a current context asks for one', () => {
    expect(refusal(() => readKubeconfig(write({ current: '' }), undefined)).remedy).toContain('one of: main');
  });

  it('whose context names a cluster that is not there is refused', () => {
    expect(refusal(() => readKubeconfig(write({ context: { cluster: 'gone' } }), undefined)).message).toContain(
      'the cluster "gone"',
    );
  });

  it('that is broken is refused without quoting its keys', () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'users: [{ name: u, user: { token: secret-token ');
    const error = refusal(() => readKubeconfig(file, undefined));
    expect(error.message).toContain('is not a kubeconfig');
    expect(JSON.stringify([error.message, error.details, error.remedy, String(error.cause)])).not.toContain(
      'secret-token',
    );
  });

  it('that is empty says where that may come from', () => {
    const file = join(folder, 'empty.yaml');
    writeFileSync(file, '\n');
    for (const context of [undefined, 'main']) {
      const error = refusal(() => readKubeconfig(file, context));
      expect(error.message).toContain('is empty');
      expect(error.remedy).toContain('Is the secret set');
    }
  });

  it('that is not there is refused', () => {
    expect(refusal(() => readKubeconfig(join(folder, 'none'), undefined)).message).toContain('cannot be read');
  });

  it('X-7: of a relative path says from where', () => {
    const relative = refusal(() => readKubeconfig('out/none', undefined));
    expect(relative.message).toMatch(`kubeconfig out/none, relative to ${process.cwd()} cannot be read: ENOENT`);
  });
});
