import { UserError } from '../errors.ts';
import type { Inputs } from './read.ts';

/** A login with which Slipway itself reads images, while code of the repository is built and runs. */
export interface ReadLogin {
  /** Hosts that get it; empty: the registries of Google. */
  hosts: readonly string[];
  user: string;
  password: string;
}

/** The user that Google's registries take access tokens from. */
const ACCESS_TOKEN = 'oauth2accesstoken';

/**
 * The login of the inputs; undefined without a password, as where a workflow serves repositories that need none. The workflow
 * names the hosts: slipway.yml may be that of a pull request, which must not choose who gets the password.
 * @throws UserError for a password without a user or a host
 */
export function readLoginInputs(inputs: Inputs): ReadLogin | undefined {
  const password = inputs.text('registry-password');
  if (password === undefined) return undefined;
  const user = inputs.text('registry-user');
  const hosts = inputs.list('registry');
  if (user === undefined) {
    throw new UserError('input `registry-password` is given without `registry-user`', { remedy: 'Give both.' });
  }
  if (hosts.length === 0 && user !== ACCESS_TOKEN) {
    throw new UserError('input `registry-password` is given without `registry`', {
      remedy: `Name the host that gets the password, such as ghcr.io. Only the user ${ACCESS_TOKEN} needs none: its token is for Google.`,
    });
  }
  return { hosts, user, password };
}
