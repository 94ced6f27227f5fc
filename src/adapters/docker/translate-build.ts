import { EnvironmentError, type SlipwayError, UserError } from '../../errors.ts';
import { lineOf, lineOfImage } from '../../text/dockerfile.ts';
import { inOrder } from '../../text/in-order.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { type FailedBuild, readFailure } from './build-output.ts';
import { lastPrintedLines } from './translate-engine.ts';

const NETWORK = /dial tcp|i\/o timeout|connection re(fused|set)|no such host|TLS handshake|name resolution|: EOF$/;
const DENIED =
  /pull access denied|401 Unauthorized|403 Forbidden|authorization failed|authentication required|denied:/i;
const NOT_FOUND = /not found|manifest unknown|does not exist/i;

/**
 * Makes an error for people of a failed build: the failing instruction with its line in the Dockerfile, and its last output.
 * @param file the Dockerfile's path for messages and annotations
 * @param dockerfile its text
 */
export function translateBuildError(output: readonly string[], file: string, dockerfile: string): SlipwayError {
  const failed = readFailure(output);
  const reason = neutraliseLine(failed.reason);
  const general = generalProblem(reason, output);
  if (general) return general;
  if (failed.baseImage !== undefined) return baseImageError(failed, failed.baseImage, reason, { file, dockerfile });
  if (/parse error/.test(reason)) return refusedDockerfile(reason, failed.line, file);
  return stepError(failed, reason, file, dockerfile);
}

function stepError(failed: FailedBuild, reason: string, file: string, dockerfile: string): UserError {
  const { instruction, exitCode } = failed;
  const line = failed.line ?? (instruction === undefined ? undefined : lineOf(dockerfile, instruction));
  const at = line === undefined ? file : `${file}:${line}`;
  const step = instruction === undefined ? 'the build' : neutraliseLine(short(instruction));
  const how = exitCode === undefined ? `failed: ${reason}` : `failed with exit code ${exitCode}`;
  const printed = lastPrintedLines(failed.stepOutput.join('\n'), 20);
  return new UserError(`${at}: ${step} ${how}`, {
    details: printed,
    location: line === undefined ? { file } : { file, line },
    remedy: stepRemedy(failed, printed.length > 0),
  });
}

function stepRemedy({ exitCode, reason, instruction }: FailedBuild, printed: boolean): string {
  if (exitCode === 137)
    return 'It was killed, most likely because memory ran out: give the builder more, or do less at once.';
  if (/^(COPY|ADD)\b/i.test(instruction ?? '') && NOT_FOUND.test(reason)) {
    return 'The path is taken from the build context. Is it committed, and not left out by .dockerignore?';
  }
  return `${printed ? 'The lines above are the last that it printed. ' : ''}Correct the step; nothing was pushed or deployed.`;
}

function baseImageError(
  failed: FailedBuild,
  image: string,
  reason: string,
  { file, dockerfile }: { file: string; dockerfile: string },
): SlipwayError {
  const line = lineOfImage(dockerfile, image) ?? failed.line;
  const named = failed.context === undefined ? 'FROM' : `\`contexts\` (${neutraliseLine(failed.context)})`;
  const location = line === undefined ? { file } : { file, line };
  const at = line === undefined ? file : `${file}:${line}`;
  if (NETWORK.test(reason) || (/\bunexpected status\b/.test(reason) && /: 5\d\d\b/.test(reason))) {
    return new EnvironmentError(`${at}: the registry of ${image} cannot be reached: ${reason}`, {
      location,
      remedy: 'See whether this machine reaches the registry, then run again.',
    });
  }
  if (DENIED.test(reason)) {
    return new EnvironmentError(`${at}: access to the base image ${image} is denied`, {
      location,
      details: [reason],
      remedy: 'Sign in to its registry before this step (docker/login-action), or check its name.',
    });
  }
  return new UserError(`${at}: the base image ${image} was not found`, {
    location,
    details: [reason],
    remedy: `Correct the name or the tag in ${named}, or push the image first.`,
  });
}

function refusedDockerfile(reason: string, line: number | undefined, file: string): UserError {
  const problem = reason.replace(/^.*?parse error (on )?line \d+: /, '');
  return new UserError(`${line === undefined ? file : `${file}:${line}`}: ${problem}`, {
    location: line === undefined ? { file } : { file, line },
    remedy: 'Correct the Dockerfile; nothing was built.',
  });
}

/** Problems that belong to no instruction. */
function generalProblem(reason: string, output: readonly string[]): SlipwayError | undefined {
  if (/no space left on device/i.test(output.slice(-50).join('\n'))) {
    return new EnvironmentError('the disk of the Docker engine is full', {
      details: [reason],
      remedy: 'Free space (`docker system prune`), or use a larger runner.',
    });
  }
  if (
    inOrder(reason.toLowerCase(), 'cache export', 'not supported') ||
    inOrder(reason.toLowerCase(), 'cache-to', 'not supported')
  ) {
    return new UserError('this builder cannot write the cache that the input `cache` asks for', {
      details: [reason],
      remedy: 'Add docker/setup-buildx-action before this action, or use `cache: inline`, which every builder can.',
    });
  }
  if (reason.includes('moby.buildkit.frontend.contexts')) {
    return new UserError('the BuildKit of this engine has no named contexts, which `contexts` of an image needs', {
      details: [reason],
      remedy: 'Use Docker 23 or newer, or add docker/setup-buildx-action before this action. Nothing was built.',
    });
  }
  if (/multi(ple)?[- ]platform|manifest lists/i.test(reason)) {
    return new UserError('this engine cannot hold an image of several platforms', {
      details: [reason],
      remedy:
        'Name one platform, or turn on the engine’s containerd image store, so that the tested image is the one pushed.',
    });
  }
  return undefined;
}

function short(instruction: string): string {
  const one = instruction.replace(/\s+/g, ' ');
  return one.length <= 120 ? one : `${one.slice(0, 119)}…`;
}
