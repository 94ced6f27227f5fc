import type { GitHub } from '../ports.ts';
import type { Run } from './context.ts';

/**
 * The API of GitHub with the token of this run; undefined without a token (a run by hand): comments and deployments are
 * skipped. Its SDK, over half a megabyte, is loaded with the first request.
 */
export function gitHubOf(run: Run): GitHub | undefined {
  const token = run.common.githubToken;
  if (!token) return undefined;
  let opened: Promise<GitHub> | undefined;
  const open = () => {
    opened ??= openGitHub(run, token);
    return opened;
  };
  async function* closedPullRequests(): AsyncGenerator<number[]> {
    yield* (await open()).closedPullRequests();
  }
  return new Proxy({ closedPullRequests } as Partial<GitHub> as GitHub, {
    get: (known, name) => Reflect.get(known, name) ?? forwarded(open, name as keyof GitHub),
  });
}

/** A method of the port that opens GitHub first. Every method but `closedPullRequests` returns a promise. */
function forwarded(open: () => Promise<GitHub>, name: keyof GitHub): unknown {
  // A proxy with a `then` would be taken for a promise.
  if ((name as string) === 'then') return undefined;
  return async (...args: unknown[]) => Reflect.apply((await open())[name], undefined, args);
}

async function openGitHub(run: Run, token: string): Promise<GitHub> {
  const { createGitHub } = await import('../adapters/github/github.ts');
  return createGitHub({
    token,
    apiUrl: run.env.GITHUB_API_URL ?? 'https://api.github.com',
    repository: run.event().repository.fullName,
    clock: run.clock,
    log: run.log,
    signal: run.signal,
    redact: run.redact,
  });
}
