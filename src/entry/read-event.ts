import { readFileSync } from 'node:fs';
import { readCheckout } from '../adapters/git/checkout.ts';
import { localEvent } from '../event/local.ts';
import { parseEvent } from '../event/parse.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { Log } from '../ports.ts';

/** The event of this run: GitHub's, or, when nothing of GitHub's is set, a manual run of the checkout. */
export function readEvent(env: NodeJS.ProcessEnv, workingDirectory: string, log: Log): PipelineEvent {
  if (env.GITHUB_EVENT_NAME || env.GITHUB_ACTIONS) return parseEvent(env, readPayload(env.GITHUB_EVENT_PATH));
  const checkout = readCheckout(workingDirectory);
  log.info(`not on GitHub: a run by hand of commit ${checkout.sha.slice(0, 12)}`);
  if (checkout.dirty) log.warning('the checkout has changes that are not in that commit');
  return localEvent(checkout, env.USER ?? env.LOGNAME ?? '');
}

/** The payload as GitHub wrote it; undefined when it cannot be read. `event/` says what is missing. */
function readPayload(path: string | undefined): unknown {
  if (!path) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
