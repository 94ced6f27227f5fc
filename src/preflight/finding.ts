import { createHash } from 'node:crypto';
import { neutralise } from '../text/neutralise.ts';
import type { CodeInfo } from './code-info.ts';
import { CODES, type Code } from './codes.ts';

/** What a finding does to the run: an error fails it, a warning and a note do not. */
export const SEVERITIES = ['note', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How sure Slipway is: it saw it happen, it saw signs of it, or it can happen. */
export type Confidence = 'proven' | 'likely' | 'possible';

/** The place of a finding: a line of a file, an object of an environment, or a process of the image. */
export interface Place {
  /** Relative to the root of the repository. */
  file?: string | undefined;
  /** From 1. */
  line?: number | undefined;
  /** Kind and name, or `process web`. */
  object?: string | undefined;
  /** Name of the environment. */
  environment?: string | undefined;
}

/** Something that will go wrong, or can go wrong, in the cluster. */
export interface Finding {
  code: Code;
  severity: Severity;
  confidence: Confidence;
  where: Place;
  /** One sentence: what Slipway saw. */
  seen: string;
  /** Why it matters. */
  why: string;
  /** What to do; may have several lines. */
  remedy: string;
  /** Address of the documentation. */
  link: string;
  /** Hexadecimal; the same as long as the cause is the same, whatever the line and the figures, and the file of an object. */
  fingerprint: string;
}

export interface Seen {
  where: Place;
  seen: string;
  confidence: Confidence;
  remedy: string;
  /** What distinguishes it from others of its code at its place; default: nothing. */
  key?: string | undefined;
}

/** Characters of a text with words of the team: a table of the summary has many. */
const LONGEST = 2_000;
const RANK: readonly Severity[] = SEVERITIES;
/** Only what is proven can fail a run; what is merely possible is never more than a note. */
const MOST: Record<Confidence, Severity> = { proven: 'error', likely: 'warning', possible: 'note' };

/** A finding of this code. Its severity is that of the code, lowered as far as the confidence demands. */
export function finding(code: Code, { where, seen, confidence, remedy, key = '' }: Seen): Finding {
  const { severity, why }: CodeInfo = CODES[code];
  const lowered = RANK[Math.min(RANK.indexOf(severity), RANK.indexOf(MOST[confidence]))] ?? 'note';
  return {
    code,
    severity: lowered,
    confidence,
    where,
    seen: oneLine(seen),
    why,
    remedy: neutralise(remedy.slice(0, LONGEST)).join('\n'),
    link: `https://github.com/slipway-deploy/slipway/blob/main/docs/preflight.md#${code}`,
    fingerprint: fingerprintOf(code, where, key),
  };
}

function fingerprintOf(code: Code, { file = '', object = '', environment = '' }: Place, key: string): string {
  const source = object === '' ? file : '';
  const cause = JSON.stringify([code, source, object, environment, key]);
  // 128 bits: a pull request must not find a cause with the fingerprint of a known one.
  return createHash('sha256').update(cause).digest('hex').slice(0, 32);
}

/** Errors first, then by code and place. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const key = ({ severity, code, where }: Finding) =>
    `${RANK.length - RANK.indexOf(severity)} ${code} ${placeText(where)}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Each fingerprint once: its gravest finding, the first of equals. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const all = new Map<string, Finding>();
  for (const one of findings) {
    const known = all.get(one.fingerprint);
    if (known === undefined || isGraver(one.severity, known.severity)) all.set(one.fingerprint, one);
  }
  return [...all.values()];
}

export function isGraver(one: Severity, other: Severity): boolean {
  return RANK.indexOf(one) > RANK.indexOf(other);
}

const oneLine = (text: string) => neutralise(text.slice(0, LONGEST)).join(' ');

/** The place, for a table or a line of the log. */
export function placeText({ file, line, object, environment }: Place): string {
  const at = file === undefined ? '' : line === undefined ? file : `${file}:${line}`;
  const what = environment === undefined ? (object ?? '') : `${environment}: ${object ?? ''}`;
  return oneLine([what, at].filter((part) => part !== '').join(', '));
}
