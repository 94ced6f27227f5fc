import { areaOf, type CheckId } from '../../doctor-checks.ts';
import type { Fact, Unknown } from './fact.ts';
import type { Finding } from './report.ts';

/** How a failure is fixed: by shell commands, or by a person who reads the advice. At least one of them. */
export type Fix =
  | { fix: string; advice?: string; evidence?: readonly string[] }
  | { advice: string; evidence?: readonly string[] };

/** Makes the findings of one check about one subject. */
export interface Finder {
  ok(message: string, evidence?: readonly string[]): Finding;
  failed(message: string, fix: Fix): Finding;
  /** Nobody may or can look. */
  unknown(message: string, unknown: Unknown, advice?: string): Finding;
  skipped(message: string): Finding;
  /** What `judge` says of a value, or why the value is not known. */
  of<T>(what: string, fact: Fact<T>, judge: (value: T) => Finding): Finding;
}

/** @param subject such as `environments.staging`; undefined: the whole set-up */
export function finder(id: CheckId, subject?: string): Finder {
  const base = { id, area: areaOf(id), subject: subject ?? null };
  const nothing = { evidence: [], fix: null, advice: null, permission: null };
  const found: Finder = {
    ok: (message, evidence = []) => ({ ...base, ...nothing, status: 'ok', message, evidence: [...evidence] }),
    failed: (message, { evidence = [], ...fix }) => ({
      ...{ ...base, ...nothing, status: 'failed', message, evidence: [...evidence] },
      fix: 'fix' in fix ? fix.fix : null,
      advice: fix.advice ?? null,
    }),
    unknown: (message, { why, permission, advice: remedy }, advice) => ({
      ...{ ...base, ...nothing, status: 'unknown', message, evidence: [why] },
      advice: advice ?? remedy ?? null,
      permission: permission ?? null,
    }),
    skipped: (message) => ({ ...base, ...nothing, status: 'skipped', message }),
    of: (what, fact, judge) => (fact.known ? judge(fact.value) : found.unknown(what, fact)),
  };
  return found;
}
