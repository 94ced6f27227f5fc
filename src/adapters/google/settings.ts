import type { GoogleSettings, IdentityProvider, RoleMembers } from '../../ports.ts';
import { askGoogle, GoogleRefusal, type GoogleRest } from './rest.ts';

export interface GoogleReaderOptions extends GoogleRest {
  /** Bases of the APIs, without a slash at the end. */
  endpoints: { iam: string; artifactregistry: string };
}

const ENDPOINTS = { iam: 'https://iam.googleapis.com', artifactregistry: 'https://artifactregistry.googleapis.com' };
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
  options: GoogleReaderOptions,
  method: 'GET' | 'POST',
  url: string,
  body: object | undefined,
): Promise<T | undefined> {
  try {
    return await askGoogle<T>(options, method, url, body);
  } catch (error) {
    throw error instanceof GoogleRefusal ? error.error : error;
  }
}
