import { readFileSync } from 'node:fs';
import { readCheckout } from '../adapters/git/checkout.ts';
import { localEvent } from '../event/local.ts';
import { parseEvent } from '../event/parse.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { Log } from '../ports.ts';

/**
 * The event of this run: that of GitHub, or, when nothing of GitHub is set, a manual run of the checkout.
 * @returns a function that throws where the event cannot be read: the stage that asks for it reports the error
 */
export async function readEvent(
  env: NodeJS.ProcessEnv,
  workingDirectory: string,
  log: Log,
): Promise<() => PipelineEvent> {
  if (env.GITHUB_EVENT_NAME || env.GITHUB_ACTIONS) return () => parseEvent(env, readPayload(env.GITHUB_EVENT_PATH));
  try {
    const checkout = await readCheckout(workingDirectory);
    return () => {
      log.info(`not on GitHub: a run by hand of commit ${checkout.sha.slice(0, 12)}`);
      if (checkout.dirty) log.warning('the checkout has changes that are not in that commit');
      return localEvent(checkout, env.USER ?? env.LOGNAME ?? '');
    };
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The payload of GitHub; undefined if it cannot be read. `event/` reports what is missing. */
function readPayload(path: string | undefined): unknown {
  if (!path) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
