import type { Log } from '../../ports.ts';
import { GitHubLog } from './github-log.ts';
import type { Secrets } from './secrets.ts';
import { TerminalLog } from './terminal-log.ts';

/** Workflow commands on GitHub's runners, readable text anywhere else. */
export function createLog(env: NodeJS.ProcessEnv, secrets: Secrets): Log {
  if (env.GITHUB_ACTIONS === 'true') return new GitHubLog(secrets);
  return new TerminalLog(secrets, env.RUNNER_DEBUG === '1' || env.SLIPWAY_DEBUG === '1');
}
