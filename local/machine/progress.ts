/** One line when a step takes longer than a moment, one every so often, and one when it is done. */

const FIRST = 3_000;
const EVERY = 15_000;

export class StepFailed extends Error {
  readonly step: string;
  readonly log: string | undefined;
  readonly remedy: string | undefined;

  constructor(step: string, cause: unknown, log?: string, remedy?: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
    this.log = log;
    this.remedy = remedy;
  }
}

export const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

export interface StepOptions {
  log?: string;
  remedy?: string;
  /** What the step is busy with just now. */
  detail?: () => string;
  /** Print nothing when it ends at once. */
  quiet?: boolean;
}

export async function step<T>(title: string, work: () => Promise<T>, options: StepOptions = {}): Promise<T> {
  const start = Date.now();
  const tick = () => {
    const detail = options.detail?.();
    say(`  … ${title}: ${seconds(start)}${detail ? ` (${detail})` : ''}`);
  };
  let interval: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tick();
    interval = setInterval(tick, EVERY);
  }, FIRST);
  try {
    const result = await work();
    if (!options.quiet || Date.now() - start > FIRST) say(`  ✓ ${title}  ${seconds(start)}`);
    return result;
  } catch (error) {
    throw error instanceof StepFailed ? error : new StepFailed(title, error, options.log, options.remedy);
  } finally {
    clearTimeout(first);
    clearInterval(interval);
  }
}

/** What the user reads when `up` fails. */
export function explain(error: unknown): string {
  if (!(error instanceof StepFailed)) return error instanceof Error ? error.message : String(error);
  const lines = [`✗ ${error.step}`, indent(error.message)];
  if (error.log) lines.push(`  Its log: ${error.log}`);
  if (error.remedy) lines.push(`  What to do: ${error.remedy}`);
  return lines.join('\n');
}

const indent = (text: string): string => text.replace(/^/gm, '    ');
