import { getExecOutput } from '@actions/exec';

/** The token of the GitHub CLI for a host; undefined if the CLI is missing, or nobody is signed in. */
export async function cliToken(host: string): Promise<string | undefined> {
  const args = ['auth', 'token', '--hostname', host];
  const options = { silent: true, ignoreReturnCode: true };
  const result = await getExecOutput('gh', args, options).catch(() => undefined);
  const token = result?.exitCode === 0 ? result.stdout.trim() : '';
  return token === '' ? undefined : token;
}
