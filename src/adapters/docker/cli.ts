import { messageOf } from '../../errors.ts';
import { type ProcessOptions, type ProgramResult, runProgram } from './process.ts';
import { missingProgram, translateEngineError } from './translate-engine.ts';

export type DockerOptions = Omit<ProcessOptions, 'env'> & {
  /** Added to the environment; undefined unsets a variable. */
  env?: NodeJS.ProcessEnv;
};

/** The docker program and the environment it runs in (DOCKER_HOST, DOCKER_CONFIG …). */
export class DockerCli {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    this.file = file;
    this.env = env;
  }

  /** Resolves for every exit code; rejects with an EnvironmentError when docker or its engine cannot be reached. */
  async attempt(args: readonly string[], options: DockerOptions = {}): Promise<ProgramResult> {
    const env = { ...this.env, DOCKER_CLI_HINTS: 'false', ...options.env };
    const result = await runProgram(this.file, args, { ...options, env }).catch((error: unknown) => {
      throw isMissing(error) ? missingProgram(this.file) : error;
    });
    if (result.code !== 0) {
      const unreachable = translateEngineError(result.stderr, this.env.DOCKER_HOST);
      if (unreachable) throw unreachable;
    }
    return result;
  }

  /** Standard output. For an exit code other than 0, throws the error that `explain` makes of docker's message. */
  async output(
    args: readonly string[],
    explain: (stderr: string) => Error,
    options: DockerOptions = {},
  ): Promise<string> {
    const result = await this.attempt(args, options);
    if (result.code !== 0) throw explain(result.stderr.trim() || `exit code ${result.code}`);
    return result.stdout;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /ENOENT|EACCES/.test(messageOf(error));
}
