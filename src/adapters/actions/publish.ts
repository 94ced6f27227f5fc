import type { Log } from '../../ports.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { Secrets } from './secrets.ts';

export async function publish(
  _report: RunReport,
  _env: NodeJS.ProcessEnv,
  _log: Log,
  _secrets: Secrets,
): Promise<void> {}
