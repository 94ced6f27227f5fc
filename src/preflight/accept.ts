import type { AcceptConfig } from '../config/preflight-schema.ts';
import { CODES } from './codes.ts';
import { type Finding, placeText } from './finding.ts';

/** Findings that count, and those that slipway.yml accepts. */
export interface Judged {
  counted: Finding[];
  accepted: { finding: Finding; because: string; until: string }[];
  /** Acceptances that have ended and would still apply, and those of no code, as sentences. */
  notes: string[];
}

/**
 * Takes out what is accepted. An acceptance holds up to and including its last day, in UTC.
 * @param today ISO 8601 date
 */
export function applyAccepted(findings: readonly Finding[], accepts: readonly AcceptConfig[], today: string): Judged {
  const unknown = accepts.filter(({ code }) => !Object.hasOwn(CODES, code));
  const notes = unknown.map(({ code }) => `slipway.yml accepts ${code}, which is no code of preflight`);
  const judged: Judged = { counted: [], accepted: [], notes };
  for (const finding of findings) {
    const fitting = accepts.filter((accept) => applies(accept, finding));
    const valid = fitting.find(({ until }) => until >= today);
    if (valid) judged.accepted.push({ finding, because: valid.because, until: valid.until });
    else judged.counted.push(finding);
    for (const { code, until } of valid ? [] : fitting) {
      judged.notes.push(`the acceptance of ${code} (${placeText(finding.where)}) ended on ${until}`);
    }
  }
  return judged;
}

/** `where` names the file, the object with or without its kind, or the environment. */
function applies({ code, where }: AcceptConfig, { code: own, where: place }: Finding): boolean {
  if (code !== own) return false;
  const { file, object, environment } = place;
  return where === undefined || [file, object, object?.split(' ').at(-1), environment].includes(where);
}
