import { PreflightFailed } from '../../errors.ts';
import { startupFor } from '../../objects/app/measured-startup.ts';
import type { PreflightPlan } from '../../plan/preflight/preflight-plan.ts';
import type { ProcessPlan } from '../../plan/preflight/process-plan.ts';
import type { Judged } from '../../preflight/accept.ts';
import { CODES } from '../../preflight/codes.ts';
import { type Finding, placeText } from '../../preflight/finding.ts';
import type { RunFacts } from '../../preflight/running/facts.ts';
import { mebibytes } from '../../preflight/running/start.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Steps } from '../steps.ts';
import { capacityBlocks } from './capacity-blocks.ts';
import type { Restricted } from './observe.ts';

/** A process that was started, and what it showed. */
export interface Observed {
  plan: ProcessPlan;
  facts: RunFacts;
  restricted: Restricted | undefined;
}

export interface Verdict extends Judged {
  /** Findings that the default branch has as well. */
  known: Finding[];
  /** Folder of findings.json and findings.sarif. */
  report: string;
}

/** Findings that the error names; the table has all. */
const NAMED = 5;

export function preflightResult(
  verdict: Verdict,
  observed: readonly Observed[],
  capacity: PreflightPlan['capacity'],
  steps: Steps,
): StageResult {
  const { counted, notes } = verdict;
  const slow = slowStarts(observed);
  const errors = counted.filter(({ severity }) => severity === 'error');
  return {
    stage: 'preflight',
    outcome: errors.length > 0 ? 'failed' : 'succeeded',
    headline: headlineOf(verdict),
    outputs: {
      findings: String(counted.length),
      errors: String(errors.length),
      startup: slow.map(({ name, seconds }) => `${name}=${seconds}s`).join('\n'),
      'preflight-report': verdict.report,
    },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [
      ...tableOf(counted),
      ...processTable(observed),
      ...linesOf(slow.map(slowText)),
      ...(capacity ? capacityBlocks(capacity.capacity, capacity.remark) : []),
      ...acceptedTable(verdict),
      ...linesOf(notes),
    ],
    annotations: counted.map(annotationOf),
    ...(errors.length > 0 ? { error: failureOf(errors) } : {}),
  };
}

function headlineOf({ counted, known, accepted }: Verdict): string {
  const count = (severity: Finding['severity'], word: string) => {
    const number = counted.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  };
  const counts = [...count('error', 'error'), ...count('warning', 'warning'), ...count('note', 'note')];
  const others = [
    ...(known.length > 0 ? [`${known.length} that the default branch has as well`] : []),
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
  ];
  return `${counts.length === 0 ? 'No findings' : counts.join(', ')}${others.length > 0 ? `; ${others.join(', ')}` : ''}`;
}

/** The first error, or a line for each of several. */
function failureOf(errors: readonly Finding[]): PreflightFailed {
  const [first] = errors;
  const only = errors.length === 1 ? first : undefined;
  const lines = errors.slice(0, NAMED).map((one) => `${placeText(one.where)}: ${one.seen}`);
  const place = (only ?? first)?.where;
  const message = only
    ? `${CODES[only.code].title}: ${placeText({ ...only.where, file: undefined })}: ${only.seen}`
    : `${errors.length} findings would break the release`;
  return new PreflightFailed(message, {
    details: only ? [only.why] : lines,
    remedy: only ? only.remedy : 'The table in the summary has a remedy for each. Nothing was pushed.',
    ...(place?.file === undefined
      ? {}
      : { location: { file: place.file, ...(place.line ? { line: place.line } : {}) } }),
  });
}

function tableOf(findings: readonly Finding[]): SummaryBlock[] {
  if (findings.length === 0) return [];
  const header = ['', 'finding', 'where', 'seen', 'what to do', 'more'];
  const rows = findings.map(({ severity, confidence, code, where, seen, remedy, link }) => {
    return [`${SIGNS[severity]} ${confidence}`, CODES[code].title, placeText(where), seen, remedy, link];
  });
  return [{ kind: 'table', title: 'Findings', header, rows }];
}

const SIGNS = { error: '❌', warning: '⚠️', note: 'ℹ️' } as const;

function processTable(observed: readonly Observed[]): SummaryBlock[] {
  if (observed.length === 0) return [];
  const header = [
    'process',
    'listens on',
    'port open after',
    'healthy after',
    'ends after SIGTERM in',
    'memory',
    'non-root, read-only',
  ];
  const rows = observed.map(({ plan, facts, restricted }) => [
    `${plan.kind} ${plan.name}`,
    facts.listeners.map(({ port, loopback }) => `${loopback ? '127.0.0.1:' : ''}${port}`).join(', '),
    duration(facts.listeningMs),
    duration(facts.healthyMs),
    facts.stop === undefined ? '' : facts.stop.endedMs === undefined ? 'it did not' : duration(facts.stop.endedMs),
    facts.memoryPeak === undefined ? '' : mebibytes(facts.memoryPeak),
    restrictedText(restricted),
  ]);
  return [{ kind: 'table', title: 'Started as Kubernetes starts them, on this machine', header, rows }];
}

/** A process that starts slowly, and the seconds that a rollout gives it. */
interface SlowStart {
  name: string;
  measuredMs: number;
  seconds: number;
}

/** The processes that need more time to start than a rollout gives by itself. */
function slowStarts(observed: readonly Observed[]): SlowStart[] {
  return observed.flatMap(({ plan: { kind, name, health }, facts: { healthyMs, listeningMs } }) => {
    const measuredMs = (health === undefined ? listeningMs : healthyMs) ?? 0;
    const given = startupFor(measuredMs);
    return kind === 'Deployment' && given > startupFor(0) ? [{ name, measuredMs, seconds: given / 1_000 }] : [];
  });
}

function slowText({ name, measuredMs, seconds }: SlowStart): string {
  const given = `${seconds} s in place of ${startupFor(0) / 1_000} s`;
  return `${name} took ${humanDuration(measuredMs)} to start: the deploy after it gives each pod ${given}, unless slipway.yml says \`startup\`.`;
}

function duration(ms: number | undefined): string {
  return ms === undefined ? '' : humanDuration(ms);
}

function restrictedText(restricted: Restricted | undefined): string {
  if (restricted === undefined) return '';
  if (restricted.works) return 'starts';
  const line = restricted.output.filter((text) => /denied|read-only|permitted|EACCES|EROFS/i.test(text)).at(-1);
  return `does not start: ${line ?? restricted.output.at(-1) ?? 'no output'}`;
}

function acceptedTable({ accepted }: Verdict): SummaryBlock[] {
  if (accepted.length === 0) return [];
  const rows = accepted.map(({ finding, because, until }) => [finding.code, placeText(finding.where), because, until]);
  return [{ kind: 'table', title: 'Accepted in slipway.yml', header: ['code', 'where', 'because', 'until'], rows }];
}

function linesOf(notes: readonly string[]): SummaryBlock[] {
  return notes.length === 0 ? [] : [{ kind: 'text', text: notes.join('\n') }];
}

/** Errors stand in the annotation of the stage; each has one of its own as well where there are several. */
function annotationOf({ severity, code, where, seen, remedy }: Finding): Annotation {
  return {
    level: severity === 'note' ? 'notice' : severity,
    title: CODES[code].title,
    message: `${placeText({ ...where, file: undefined })}: ${seen}\n${remedy}`,
    ...(where.file === undefined ? {} : { file: where.file }),
    ...(where.line === undefined ? {} : { line: where.line }),
  };
}
