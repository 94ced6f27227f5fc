import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { principalOf, readAdc } from '../../../../src/adapters/google/adc.ts';
import { EnvironmentError } from '../../../../src/errors.ts';
import { scratchFolder } from '../../../support/runner/scratch.ts';

const folder = scratchFolder();
const federated = {
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/providers/actions',
  token_url: 'https://sts.googleapis.com/v1/token',
  credential_source: { url: 'https://runner.example/idtoken?audience=x' },
};
const email = 'slipway-staging@acme-apps.iam.gserviceaccount.com';
const impersonating = {
  ...federated,
  service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
};

function file(content: unknown, name = 'adc.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const read = (content: unknown) => readAdc({ GOOGLE_APPLICATION_CREDENTIALS: file(content), HOME: folder });

describe('readAdc', () => {
  it.each([
    [impersonating, 'external_account', `service account ${email}`],
    [
      federated,
      'external_account',
      'the federated identity of projects/1/locations/global/workloadIdentityPools/github/providers/actions',
    ],
    [{ type: 'service_account', client_email: email, private_key: 'x' }, 'service_account', `service account ${email}`],
    [{ type: 'authorized_user', refresh_token: 'x' }, 'authorized_user', 'your own Google account'],
  ])('knows who the credentials stand for: %#', (content, type, principal) => {
    const adc = read(content);
    expect(adc.type).toBe(type);
    expect(principalOf(adc)).toBe(principal);
  });

  it('knows where each part of the federation is asked', () => {
    expect(read(impersonating).urls).toEqual({
      subject: 'https://runner.example/idtoken?audience=x',
      sts: 'https://sts.googleapis.com/v1/token',
      impersonation: impersonating.service_account_impersonation_url,
    });
  });

  it('finds the file that gcloud writes, where no variable names one', () => {
    const home = scratchFolder();
    expect(readAdc({ HOME: home }).file).toBeUndefined();
    mkdirSync(join(home, '.config/gcloud'), { recursive: true });
    const path = join(home, '.config/gcloud/application_default_credentials.json');
    writeFileSync(path, JSON.stringify({ type: 'authorized_user' }));
    expect(readAdc({ HOME: home })).toMatchObject({ file: path, type: 'authorized_user' });
    expect(readAdc({ HOME: folder, CLOUDSDK_CONFIG: join(home, '.config/gcloud') }).file).toBe(path);
  });

  it('says that checkout has removed the file', () => {
    const gone = join(folder, 'gha-creds-gone.json');
    const error = thrownBy(() => readAdc({ GOOGLE_APPLICATION_CREDENTIALS: gone }));
    expect(error.message).toBe(`GOOGLE_APPLICATION_CREDENTIALS names ${gone}, which does not exist`);
    expect(error.remedy).toContain('put checkout before auth');
  });

  it('never quotes a file that it cannot read: it may hold a secret', () => {
    const error = thrownBy(() => read('{"private_key": "-----BEGIN hunter2'));
    expect(error.details).toEqual(['the file is not JSON']);
    expect(JSON.stringify([error.message, error.details, error.remedy])).not.toContain('hunter2');
  });

  it('refuses JSON that is no credential', () => {
    expect(thrownBy(() => read({ web: {} })).message).toMatch(/have no "type"$/);
  });
});

function thrownBy(run: () => unknown): EnvironmentError {
  try {
    run();
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
