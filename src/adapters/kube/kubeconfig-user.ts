import { readFileSync } from 'node:fs';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { messageOf, UserError } from '../../errors.ts';
import type { Connection } from './connection.ts';

/** A user of a kubeconfig file. */
export type FileUser = User & { tokenFile?: string | undefined };

type Pem = (data: string | undefined, file: string | undefined, where: string) => string | undefined;

/**
 * How a user of a kubeconfig signs in: by client certificate, token or token file. Refuses a user that starts a program
 * (`exec`, `auth-provider`): the author of the kubeconfig could run code on the runner.
 */
export function userOf(user: FileUser, where: string, pem: Pem): Partial<Connection> {
  refusePrograms(user, where);
  const headers = user.impersonateUser ? { headers: { 'impersonate-user': user.impersonateUser } } : {};
  return {
    cert: pem(user.certData, user.certFile, where),
    key: pem(user.keyData, user.keyFile, where),
    ...headers,
    ...authorization(user),
  };
}

function authorization(user: FileUser): Partial<Connection> {
  const { token, username, password } = user;
  if (token) return { authorization: async (renew) => (renew ? undefined : `Bearer ${token.trim()}`) };
  const file = user.tokenFile;
  if (file) {
    // Another process renews the file: it is read before every request.
    return { authorization: async () => `Bearer ${readToken(file)}` };
  }
  if (!username) return {};
  const basic = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  return { authorization: async (renew) => (renew ? undefined : `Basic ${basic}`) };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UserError(`token file ${file} cannot be read: ${messageOf(cause)}`, {
      remedy: 'Write the token before this step, or give a kubeconfig with a token of its own.',
      cause,
    });
  }
}

function refusePrograms(user: FileUser, where: string): void {
  const program = user.exec ? (user.exec as { command?: string }).command : user.authProvider?.name;
  if (!user.exec && !user.authProvider) return;
  const gke = /gke-gcloud-auth-plugin|^gcp$/.test(program ?? '');
  throw new UserError(
    `${where}: user "${user.name}" signs in by ${user.exec ? 'a program' : 'an auth-provider'} (${program ?? 'unnamed'}), which Slipway does not start`,
    {
      remedy: gke
        ? 'For GKE leave the kubeconfig out and set `cluster: projects/…/locations/…/clusters/…`: Slipway then signs in with the credentials of google-github-actions/auth.'
        : 'Use a kubeconfig with a token or a client certificate, for example of a ServiceAccount: kubectl create token.',
    },
  );
}
