import { located } from '../config/written-at.ts';
import { BuildsFailed, type SlipwayError, Superseded } from '../errors.ts';
import { outcomeOf } from '../outcome.ts';
import { type Annotation, type StageResult, stageResult } from '../stage-result.ts';
import { explained } from '../stages/explained.ts';
import type { Run, StageWork } from './context.ts';

/** Milliseconds for a cancelled stage to stop, clean up and report; the process must end within 5 s. */
const GRACE_MS = 4_000;

/** Runs a stage and returns its result; never rejects. */
export async function settle(stage: StageResult['stage'], work: StageWork, run: Run): Promise<StageResult> {
  const started = run.clock.now();
  try {
    return await withGrace(work(run), run.signal);
  } catch (thrown) {
    return failedResult(stage, thrown, run, started);
  }
}

/** The result for a thrown error. */
export function failedResult(
  stage: StageResult['stage'],
  thrown: unknown,
  run: Run,
  started = run.clock.now(),
): StageResult {
  const error = located(explained(thrown, run), run.config);
  return {
    ...stageResult(stage, outcomeOf(error), error.message),
    ms: run.clock.now() - started,
    annotations: error instanceof BuildsFailed ? error.errors.map((one) => annotationOf(stage, one)) : [],
    ...(error instanceof Superseded ? {} : { error }),
  };
}

/** At the place of the error; one without a place is in the message of the whole. */
function annotationOf(title: string, { message, location }: SlipwayError): Annotation {
  const { file, line } = location ?? {};
  return {
    level: 'error',
    title,
    message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

async function withGrace(work: Promise<StageResult>, signal: AbortSignal): Promise<StageResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const start = () => {
      timer = setTimeout(() => reject(signal.reason), GRACE_MS);
    };
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
