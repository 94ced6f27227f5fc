import { hasStatus } from './answer.ts';
import type { Octokit } from './client.ts';

/**
 * A file of a repository; undefined where there is none under this path.
 * @see https://docs.github.com/rest/repos/contents#get-repository-content
 */
export async function fileAt(
  octokit: Octokit,
  at: { owner: string; repo: string },
  path: string,
  ref: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.repos.getContent({ ...at, path, ref });
    if (Array.isArray(data) || data.type !== 'file' || !('content' in data)) return undefined;
    return Buffer.from(data.content, 'base64').toString('utf8');
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
