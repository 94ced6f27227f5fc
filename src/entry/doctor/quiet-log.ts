import type { Secrets } from '../../adapters/actions/secrets.ts';
import type { Log } from '../../ports.ts';

/** Logs nothing: the report is all that a command prints. It still knows the secrets, to mask them in the report. */
export function quietLog(secrets: Secrets): Log {
  const nothing = () => {};
  return {
    info: nothing,
    warning: nothing,
    debug: nothing,
    output: nothing,
    mask: (secret) => void secrets.add(secret),
    group: (_, work) => work(),
    progress: (_, work) => work(),
  };
}
