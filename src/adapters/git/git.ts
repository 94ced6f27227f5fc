import { getExecOutput } from '@actions/exec';

/**
 * The output of git in a folder, trimmed.
 * @throws Error with the last line of git's output, or for a missing git program
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  // Silent: the toolkit would print the command line and the output into the log.
  const result = await getExecOutput('git', ['-C', folder, ...args], { silent: true, ignoreReturnCode: true });
  if (result.exitCode === 0) return result.stdout.trim();
  throw new Error(result.stderr.trim().split('\n').at(-1) || `git ended with exit code ${result.exitCode}`);
}
