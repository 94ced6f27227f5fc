import { getExecOutput } from '@actions/exec';

/** Configuration of a checkout that would start a program. */
const NO_PROGRAMS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/**
 * The output of git in a folder, trimmed.
 * @throws Error with the last line of git's output, or for a missing git program
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  // Silent: the toolkit would print the command line and the output into the log.
  const result = await getExecOutput('git', ['-C', folder, ...NO_PROGRAMS, ...args], {
    silent: true,
    ignoreReturnCode: true,
  });
  if (result.exitCode === 0) return result.stdout.trim();
  throw new Error(result.stderr.trim().split('\n').at(-1) || `git ended with exit code ${result.exitCode}`);
}
