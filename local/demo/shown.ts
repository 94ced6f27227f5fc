import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoGitHub } from './github.ts';
import { DEMO_FOLDER } from './root.ts';

/** What people saw on GitHub in the last demo, as Markdown: `<run>-<action>.md` of each summary, and `comment.md`. */
export const SHOWN_FOLDER = join(DEMO_FOLDER, 'shown');

/** Begins with nothing of an earlier demo. */
export async function clearShown(): Promise<void> {
  await rm(SHOWN_FOLDER, { recursive: true, force: true });
  await mkdir(SHOWN_FOLDER, { recursive: true });
}

export async function keepSummary(runId: number, action: string, markdown: string): Promise<void> {
  await writeFile(join(SHOWN_FOLDER, `${runId}-${action}.md`), markdown);
}

/** Keeps the comment of Slipway on a pull request as it is now. */
export async function keepComment({ apiUrl, token, repository }: DemoGitHub, number: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' };
  const response = await fetch(`${apiUrl}/repos/${repository}/issues/${number}/comments`, { headers });
  const [comment] = (await response.json()) as { body: string }[];
  await writeFile(join(SHOWN_FOLDER, 'comment.md'), comment?.body ?? '');
}
