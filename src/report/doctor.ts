import { AREAS, type Area } from '../doctor-checks.ts';
import type { DoctorReport, Finding } from '../plan/doctor/report.ts';
import { neutralise } from '../text/neutralise.ts';

const SIGN: Record<Finding['status'], string> = { ok: '✓', failed: '✗', unknown: '?', skipped: '–' };

const TITLES: Record<Area, string> = {
  repository: 'Repository',
  github: 'GitHub',
  identity: 'Identity',
  registry: 'Registry',
  cluster: 'Cluster',
  visit: 'Host names and certificates',
};

/** The report for people: by area and subject, and last the commands that fix what is wrong. */
export function doctorText({ findings }: DoctorReport): string {
  const parts = AREAS.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    const lines = [...own.filter((one) => !isAlike(one, own)).flatMap(linesOf), ...alike(own)];
    return own.length === 0 ? [] : [`${TITLES[area]}\n${lines.join('\n')}\n`];
  });
  return `${parts.join('\n')}\n${summary(findings)}\n`;
}

/** More unknown findings than this, with one cause, are one line. */
const FEW = 3;

function isAlike(finding: Finding, all: readonly Finding[]): boolean {
  return sameCause(finding, all).length > FEW;
}

function sameCause({ status, evidence: [why], permission }: Finding, all: readonly Finding[]): readonly Finding[] {
  if (status !== 'unknown' || permission !== null) return [];
  return all.filter((other) => other.status === 'unknown' && other.permission === null && other.evidence[0] === why);
}

function alike(all: readonly Finding[]): string[] {
  const causes = new Set(all.filter((one) => isAlike(one, all)).map(({ evidence: [why = ''] }) => why));
  return [...causes].flatMap((why) => {
    const own = all.filter((one) => isAlike(one, all) && one.evidence[0] === why);
    const ids = [...new Set(own.map(({ id }) => id))].join(', ');
    return [...indented(`${SIGN.unknown} ${own.length} checks: ${why}`, '  '), ...indented(ids, '      ')];
  });
}

function linesOf(finding: Finding): string[] {
  const { status, subject, message, evidence, fix, advice, permission, id } = finding;
  const head = `${SIGN[status]} ${subject === null ? '' : `${subject}: `}${message}`;
  const isQuiet = status === 'ok' || status === 'skipped';
  const more = [
    ...evidence,
    ...(permission === null ? [] : [`missing permission: ${permission}`]),
    ...(advice === null ? [] : [advice]),
  ];
  return [
    ...indented(isQuiet ? head : `${head} [${id}]`, '  '),
    ...(status === 'skipped' ? [] : more.flatMap((line) => indented(line, '      '))),
    // Not indented after the first line: a person copies it, with the end of a here-document.
    ...(fix === null ? [] : neutralise(fix).map((line, index) => `${index === 0 ? '    $ ' : ''}${line}`)),
  ];
}

function indented(text: string, by: string): string[] {
  return neutralise(text).map((line) => `${by}${line}`);
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [ok, failed, unknown, skipped] = [count('ok'), count('failed'), count('unknown'), count('skipped')];
  return `${ok} ✓   ${failed} ✗   ${unknown} ?   ${skipped} –`;
}
