import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type RemoteActor, remoteActor } from '../../test/support/github-double/remote.ts';
import { repositoryRoot } from './root.ts';

/** GitHub's part in the demo: a double of its API and pages on loopback, in a process of its own. */
export interface DemoGitHub {
  url: string;
  apiUrl: string;
  token: string;
  repository: string;
  actor: RemoteActor;
  process: ChildProcess;
}

/** Starts it; it ends with the demo, or when the demo is left open, with that. */
export async function startGitHub(repository: string): Promise<DemoGitHub> {
  const args = ['--import', 'tsx', 'test/support/github-double/serve.ts', '--repository', repository];
  const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the double of GitHub ended:\n  ${complaints.slice(-8).join('\n  ')}`);
  });
  const [line] = await Promise.race([first, gone]);
  gone.catch(() => undefined);
  const { url, apiUrl, token } = JSON.parse(line) as { url: string; apiUrl: string; token: string };
  return { url, apiUrl, token, repository, actor: remoteActor(url), process: child };
}
