import { messageOf } from '../../../errors.ts';
import type { TestPlan } from '../../../plan/test-plan.ts';
import type { TestPorts } from '../ports.ts';
import type { TestRun } from '../test-run.ts';
import { type History, historyOf, LARGEST_HISTORY, readHistory } from './history.ts';

type About = Pick<TestPlan, 'historyFile' | 'sha' | 'runUrl'>;
type Ports = Pick<TestPorts, 'files' | 'log'>;

/** The results of the last run; undefined without any. Results that cannot be read decide nothing, and the log names the reason. */
export async function lastRun({ historyFile }: About, { files, log }: Ports): Promise<History | undefined> {
  if (historyFile === undefined) return undefined;
  try {
    const [file] = await files.list(historyFile);
    if (file === undefined) {
      log.info(`There are no results of an earlier run to compare with: ${historyFile} does not exist.`);
      return undefined;
    }
    if (file.size > LARGEST_HISTORY) throw new Error(`it is larger than ${LARGEST_HISTORY / 1024 / 1024} MiB`);
    return readHistory(String(await files.read(file.path)));
  } catch (error) {
    log.warning(`The results of the last run cannot be read, and nothing is compared: ${messageOf(error)}`);
    return undefined;
  }
}

/** Keeps the results for the next run. What fails here fails no test. */
export async function keepRun(
  { historyFile, sha, runUrl }: About,
  runs: readonly TestRun[],
  before: History | undefined,
  { files, log }: Ports,
): Promise<void> {
  if (historyFile === undefined) return;
  try {
    await files.write(historyFile, JSON.stringify(historyOf(runs, { commit: sha, run: runUrl }, before)));
  } catch (error) {
    log.warning(`The results are not kept for the next run: ${messageOf(error)}`);
  }
}
