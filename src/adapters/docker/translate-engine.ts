import { EnvironmentError } from '../../errors.ts';
import { neutralise } from '../../text/neutralise.ts';

/** In the words of clients before version 29, and since. */
const UNREACHABLE =
  /cannot connect to the docker daemon|is the docker daemon running|error during connect|failed to connect to the docker api/i;

/** The error of a missing docker program. */
export function missingProgram(file: string): EnvironmentError {
  return new EnvironmentError(`the program ${file} was not found`, {
    remedy: 'Install Docker 20.10 or later, and see that `docker` is in PATH. GitHub’s Ubuntu runners have it.',
  });
}

/** Makes an error for people when docker cannot reach its engine; undefined for any other problem. */
export function translateEngineError(stderr: string, host: string | undefined): EnvironmentError | undefined {
  const where = host ? ` at ${host}` : '';
  if (/permission denied while trying to connect/i.test(stderr)) {
    return new EnvironmentError(`this user may not talk to the Docker engine${where}`, {
      details: lastPrintedLines(stderr, 2),
      remedy: 'Add the runner’s user to the group `docker`, or set DOCKER_HOST to an engine that it may use.',
    });
  }
  if (UNREACHABLE.test(stderr)) {
    return new EnvironmentError(`the Docker engine${where} does not answer`, {
      details: lastPrintedLines(stderr, 2),
      remedy: 'Start it (`docker info` must work), or set DOCKER_HOST to an engine that runs.',
    });
  }
  return undefined;
}

/** The last lines with text, neutralised. */
export function lastPrintedLines(text: string, count: number): string[] {
  return neutralise(text)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}

/** The error of a failed docker command. */
export function commandFailed(what: string, stderr: string): EnvironmentError {
  const [reason = 'docker gave no reason'] = lastPrintedLines(stderr, 1);
  return new EnvironmentError(`${what}: ${reason.replace(/^(error response from daemon|error): /i, '')}`, {
    details: lastPrintedLines(stderr, 6).slice(0, -1),
    remedy: 'See whether `docker info` works here and whether the disk has space left.',
  });
}
