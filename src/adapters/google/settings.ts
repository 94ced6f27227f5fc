import { EnvironmentError, messageOf, PermissionMissing } from '../../errors.ts';
import type { GoogleSettings, IdentityProvider, RoleMembers } from '../../ports.ts';
import { neutraliseLine } from '../../text/neutralise.ts';

export interface GoogleReaderOptions {
  /** An access token; masked before its first use. */
  token(): Promise<string>;
  /** Bases of the APIs, without a slash at the end. */
  endpoints: { iam: string; artifactregistry: string };
  signal: AbortSignal;
}

const ENDPOINTS = { iam: 'https://iam.googleapis.com', artifactregistry: 'https://artifactregistry.googleapis.com' };
/** Milliseconds. */
const TIMEOUT_MS = 15_000;

/** The APIs, or what gcloud would call in their place. @see https://cloud.google.com/sdk/docs/properties (api_endpoint_overrides) */
export function endpointsOf(env: Readonly<Record<string, string | undefined>>): GoogleReaderOptions['endpoints'] {
  const given = (name: string) => env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`]?.replace(/\/$/, '');
  return {
    iam: given('IAM') || ENDPOINTS.iam,
    artifactregistry: given('ARTIFACTREGISTRY') || ENDPOINTS.artifactregistry,
  };
}

/** Reads IAM and Artifact Registry by their REST APIs. The POST requests of it read, too. */
export function createGoogleSettings(options: GoogleReaderOptions): GoogleSettings {
  const { iam, artifactregistry } = options.endpoints;
  const ask = <T>(method: 'GET' | 'POST', url: string, body?: object) => request<T>(options, method, url, body);
  return {
    provider: async (name) => {
      const found = await ask<Provider>('GET', `${iam}/v1/${name}`);
      return found && providerOf(found);
    },
    accountPolicy: async (email) => {
      const path = `projects/-/serviceAccounts/${encodeURIComponent(email)}:getIamPolicy`;
      const policy = await ask<{ bindings?: Partial<RoleMembers>[] }>('POST', `${iam}/v1/${path}`, {});
      return policy?.bindings?.map(({ role = '', members = [] }) => ({ role, members })) ?? (policy && []);
    },
    repositoryFormat: async (name) => (await ask<{ format?: string }>('GET', `${artifactregistry}/v1/${name}`))?.format,
    repositoryPermissions: async (name, permissions) => {
      const url = `${artifactregistry}/v1/${name}:testIamPermissions`;
      return (await ask<{ permissions?: string[] }>('POST', url, { permissions }))?.permissions ?? [];
    },
  };
}

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers */
interface Provider {
  state?: string;
  disabled?: boolean;
  attributeMapping?: Record<string, string>;
  attributeCondition?: string;
  oidc?: { issuerUri?: string };
}

function providerOf({ state, disabled, attributeMapping, attributeCondition, oidc }: Provider): IdentityProvider {
  return {
    state: state ?? 'ACTIVE',
    disabled: disabled ?? false,
    issuer: oidc?.issuerUri,
    condition: attributeCondition ?? '',
    mapping: attributeMapping ?? {},
  };
}

/** The answer; undefined for 404. */
async function request<T>(
  { token, signal }: GoogleReaderOptions,
  method: 'GET' | 'POST',
  url: string,
  body: object | undefined,
): Promise<T | undefined> {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const init = { method, headers, signal: limit, redirect: 'error' as const };
  const host = new URL(url).host;
  const answer = await fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) }).catch(
    (cause) => {
      signal.throwIfAborted();
      throw new EnvironmentError(`${host} cannot be reached: ${messageOf(cause)}`, { cause });
    },
  );
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as T;
  if (answer.status === 404) return undefined;
  throw refused(host, answer.status, text);
}

interface Refusal {
  error?: { message?: string; details?: { reason?: string; metadata?: Record<string, string> }[] };
}

/** @see https://cloud.google.com/apis/design/errors */
function refused(host: string, status: number, text: string): EnvironmentError {
  const { error } = parsed(text);
  const said = neutraliseLine(error?.message ?? `HTTP ${status}`);
  const details = error?.details ?? [];
  if (details.some(({ reason }) => reason === 'SERVICE_DISABLED')) {
    return new EnvironmentError(said, { remedy: `Enable the API: gcloud services enable ${host}` });
  }
  if (status !== 403) return new EnvironmentError(`${host}: ${said}`);
  const named = details.map(({ metadata }) => metadata?.permission).find((permission) => permission !== undefined);
  const permission = named ?? /Permission '([\w.]{1,100})'/.exec(said)?.[1];
  return new PermissionMissing(said, permission === undefined ? {} : { permission });
}

function parsed(text: string): Refusal {
  try {
    return JSON.parse(text) as Refusal;
  } catch {
    return {};
  }
}
