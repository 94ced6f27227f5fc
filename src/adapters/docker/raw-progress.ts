import * as z from 'zod';
import type { BuildReport, BuildStep, DockerfileFinding } from '../../ports.ts';

const time = z.string().max(40).optional();
const progress = z.object({
  vertexes: z
    .array(
      z.object({
        digest: z.string(),
        name: z.string().default(''),
        started: time,
        completed: time,
        cached: z.boolean().default(false),
        error: z.string().default(''),
      }),
    )
    .default([]),
  logs: z.array(z.object({ vertex: z.string(), data: z.string(), timestamp: time })).default([]),
  warnings: z
    .array(
      z.object({
        short: z.string().default(''),
        detail: z.array(z.string()).default([]),
        url: z.string().default(''),
        range: z.array(z.object({ start: z.object({ line: z.number().int().optional() }).optional() })).default([]),
      }),
    )
    .default([]),
});
type Progress = z.infer<typeof progress>;
type Vertex = Progress['vertexes'][number];

/** A step by which the builder reads the Dockerfile, a context, or what it says about an image. */
const OWN_STEP = /^\[(internal\]|context [^\]]{1,300}\] load )/;
/** Characters of an unfinished line of a step. */
const LONGEST_PART = 64 * 1024;
/** Findings of one build that are kept; the log has all. */
const MOST_FINDINGS = 200;

interface Step extends BuildStep {
  number: number;
  /** Start of its present run: a step has several where it does its work in parts. */
  since: string | undefined;
  ended: boolean;
  /** The beginning of a line that it has not finished. */
  part: string;
}

/**
 * Reads BuildKit's `--progress=rawjson`: logs each step as the plain progress does, and keeps what each took. A line that is no
 * such JSON is logged as it is: the error at the end is text.
 * @see https://docs.docker.com/reference/cli/docker/buildx/build/#progress and SolveStatus of github.com/moby/buildkit/client
 */
export class RawProgress {
  private readonly log: (line: string) => void;
  private readonly steps = new Map<string, Step>();
  private readonly findings: DockerfileFinding[] = [];

  constructor(log: (line: string) => void) {
    this.log = log;
  }

  line(text: string): void {
    const known = text.startsWith('{') ? progress.safeParse(jsonOf(text)) : undefined;
    if (!known?.success) {
      this.log(text);
      return;
    }
    for (const vertex of known.data.vertexes) this.vertex(vertex);
    for (const { vertex, data, timestamp } of known.data.logs) this.output(vertex, textOf(data), timestamp);
    for (const warning of known.data.warnings) this.warning(warning);
  }

  /** What was read, without the steps by which the builder reads the Dockerfile and its contexts. */
  report(): BuildReport {
    const steps = [...this.steps.values()].filter(({ name, ended }) => ended && !OWN_STEP.test(name));
    return {
      steps: steps.map(({ name, ms, cached, failed }) => ({ name, ms, cached, failed })),
      findings: this.findings,
    };
  }

  private vertex({ digest, name, started, completed, cached, error }: Vertex): void {
    if (started === undefined) return;
    const step = this.steps.get(digest) ?? this.begin(digest, name);
    step.since ??= started;
    if (completed === undefined) return;
    this.flush(step);
    step.ms += Math.max(0, Date.parse(completed) - Date.parse(step.since ?? started)) || 0;
    step.since = undefined;
    step.cached = cached;
    step.failed = error !== '';
    step.ended = true;
    this.log(`#${step.number} ${endOf(step, error)}`);
  }

  private begin(digest: string, name: string): Step {
    const number = this.steps.size + 1;
    const step = { number, name, ms: 0, cached: false, failed: false, ended: false, since: undefined, part: '' };
    this.steps.set(digest, step);
    this.log(`#${number} ${name}`);
    return step;
  }

  private output(digest: string, text: string, timestamp: string | undefined): void {
    const step = this.steps.get(digest) ?? this.begin(digest, '');
    const lines = `${step.part}${text}`.split('\n');
    const part = lines.pop() ?? '';
    if (part.length > LONGEST_PART) lines.push(part);
    step.part = part.length > LONGEST_PART ? '' : part;
    const seconds = (Date.parse(timestamp ?? '') - Date.parse(step.since ?? '')) / 1_000;
    for (const line of lines) this.log(`#${step.number} ${(seconds > 0 ? seconds : 0).toFixed(3)} ${line}`);
  }

  private flush(step: Step): void {
    if (step.part !== '') this.log(`#${step.number} 0.000 ${step.part}`);
    step.part = '';
  }

  /** The text of a check is `<rule>: <message>`, and may end with its line. */
  private warning({ short, detail, url, range }: Progress['warnings'][number]): void {
    const text = textOf(short);
    const [, rule = 'build', message = text] = /^([A-Za-z]{1,60}): (.*)$/s.exec(text) ?? [];
    this.log(`WARNING: ${text}`);
    if (this.findings.length >= MOST_FINDINGS) return;
    const line = range.map(({ start }) => start?.line).find((one) => one !== undefined && one > 0);
    this.findings.push({
      rule,
      message: message.replace(/ \(line \d{1,9}\)$/, ''),
      detail: detail.map(textOf),
      url,
      line,
    });
  }
}

/** A step that another one's failure has ended is canceled, and is not what failed. */
function endOf({ ms, cached }: Step, error: string): string {
  if (error.endsWith('context canceled')) return 'CANCELED';
  if (error !== '') return `ERROR: ${error}`;
  return cached ? 'CACHED' : `DONE ${(ms / 1_000).toFixed(1)}s`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
