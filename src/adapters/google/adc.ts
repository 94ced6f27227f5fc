import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, messageOf } from '../../errors.ts';

/** What Application Default Credentials say about themselves; undefined fields are not in the file. */
export interface Adc {
  /** Path of the file; undefined: without a file the metadata server is the only source. */
  file: string | undefined;
  /** `external_account` (Workload Identity Federation), `service_account` (a key), `authorized_user`, … */
  type: string | undefined;
  /** E-mail address of the service account that is used or impersonated; undefined for a federated identity itself. */
  serviceAccount: string | undefined;
  /** //iam.googleapis.com/projects/…/providers/…, for `external_account`. */
  provider: string | undefined;
  /** Addresses of the parts of the federation: they show which part refused. */
  urls: { subject?: string; sts?: string; impersonation?: string };
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Finds and reads the file of Application Default Credentials, without using it.
 * @throws EnvironmentError when GOOGLE_APPLICATION_CREDENTIALS names a missing file, or a file without a credential
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function readAdc(env: Env = process.env): Adc {
  const named = env.GOOGLE_APPLICATION_CREDENTIALS || env.google_application_credentials;
  if (named && !existsSync(named)) throw missingFile(named);
  const file = named || wellKnownFile(env);
  if (file === undefined) {
    return { file, type: undefined, serviceAccount: undefined, provider: undefined, urls: {} };
  }
  return describeAdc(file, parse(file));
}

/** The identity behind the credentials, for messages. */
export function principalOf(adc: Adc): string {
  if (adc.serviceAccount) return `service account ${adc.serviceAccount}`;
  if (adc.provider) return `the federated identity of ${adc.provider.replace('//iam.googleapis.com/', '')}`;
  return adc.type === 'authorized_user' ? 'your own Google account' : 'the service account of this machine';
}

function wellKnownFile(env: Env): string | undefined {
  const folder = env.CLOUDSDK_CONFIG || join(env.HOME || homedir(), '.config', 'gcloud');
  const file = join(folder, 'application_default_credentials.json');
  return existsSync(file) ? file : undefined;
}

function parse(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && 'type' in value) return { ...value };
  } catch (cause) {
    throw new EnvironmentError(`Google credentials ${file} could not be read`, {
      // A JSON parser quotes its input, which may be part of a secret.
      details: [cause instanceof SyntaxError ? 'the file is not JSON' : messageOf(cause)],
      remedy: 'Let google-github-actions/auth write them: it sets GOOGLE_APPLICATION_CREDENTIALS for later steps.',
    });
  }
  throw new EnvironmentError(`Google credentials ${file} have no "type"`, {
    remedy: 'Let google-github-actions/auth write them: it sets GOOGLE_APPLICATION_CREDENTIALS for later steps.',
  });
}

/** What credentials say about themselves. @param file their path; for credentials without a file, their name in messages */
export function describeAdc(file: string, json: Record<string, unknown>): Adc {
  const impersonation = text(json.service_account_impersonation_url);
  const source = json.credential_source;
  const subject = typeof source === 'object' && source !== null && 'url' in source ? text(source.url) : undefined;
  const email = /serviceAccounts\/([^:/]+):generateAccessToken$/.exec(impersonation ?? '')?.[1];
  return {
    file,
    type: text(json.type),
    serviceAccount: email ?? text(json.client_email),
    provider: text(json.audience),
    urls: { subject, sts: text(json.token_url), impersonation },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function missingFile(path: string): EnvironmentError {
  return new EnvironmentError(`GOOGLE_APPLICATION_CREDENTIALS names ${path}, which does not exist`, {
    remedy:
      'google-github-actions/auth writes it into the workspace, and actions/checkout empties the workspace: put ' +
      'checkout before auth, both in this job.',
  });
}
