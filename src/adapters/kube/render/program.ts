import { EnvironmentError, UserError } from '../../../errors.ts';
import { neutralise } from '../../../text/neutralise.ts';
import { runProgram } from '../../docker/process.ts';

const LAST_LINES = 15;
const LIMIT_MS = 120_000;

export interface ProgramOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  cwd?: string;
  /** How to install it. */
  install: string;
  /** What to do about a failure, from what the program wrote to its standard error. Default: the command to run by hand. */
  remedy?: (stderr: string) => string | undefined;
}

/**
 * The output of a program that makes manifests from the team's files.
 * @throws EnvironmentError when it is not installed; UserError with its last lines when it fails
 */
export async function outputOf(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const result = await runProgram(program, args, { ...options, timeoutMs: LIMIT_MS }).catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new EnvironmentError(`${program} was not found in PATH`, { remedy: options.install, cause });
  });
  if (result.code === 0) return result.stdout;
  throw new UserError(`${program} ${args[0]} failed (exit code ${result.code})`, {
    details: neutralise(result.stderr.trim()).slice(-LAST_LINES),
    remedy: options.remedy?.(result.stderr) ?? `It fails by hand as well: ${program} ${args.join(' ')}`,
  });
}
