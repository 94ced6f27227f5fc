import { runProgram } from '../docker/process.ts';

const LIMIT_MS = 10_000;

/** What hadolint reads: its folder has the team's .hadolint.yaml. */
export interface LintedDockerfile {
  text: string;
  folder: string;
}

/**
 * The report of hadolint in JSON.
 * @param env PATH and HOME of the process; nothing else reaches the program
 * @returns undefined where it is not installed, or cannot read the file
 */
export async function hadolintReport(
  { PATH, HOME }: NodeJS.ProcessEnv,
  { text, folder }: LintedDockerfile,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = { env: { PATH, HOME }, cwd: folder, input: text, timeoutMs: LIMIT_MS, signal };
  try {
    const { code, stdout } = await runProgram('hadolint', ['--no-fail', '--format', 'json', '-'], options);
    return code === 0 ? stdout : undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
