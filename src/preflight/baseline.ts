import * as z from 'zod';
import { UserError } from '../errors.ts';
import { type Finding, isGraver, SEVERITIES, type Severity } from './finding.ts';

const recorded = z.object({
  findings: z.array(z.object({ fingerprint: z.string(), severity: z.enum(SEVERITIES) })),
});

/** Fingerprint of a finding of the default branch → its severity. */
export type Baseline = ReadonlyMap<string, Severity>;

/** Whether the default branch has a finding as well, as grave as it is now. */
export function isKnown({ fingerprint, severity }: Finding, baseline: Baseline): boolean {
  const known = baseline.get(fingerprint);
  return known !== undefined && !isGraver(severity, known);
}

/** The text of findings.json: the findings of a run, which a later run can take as its baseline. */
export function findingsFile(commit: string, findings: readonly Finding[]): string {
  return `${JSON.stringify({ commit, findings }, undefined, 2)}\n`;
}

/**
 * The findings of a findings.json.
 * @throws UserError for a file of another form
 */
export function readBaseline(text: string, path: string): Baseline {
  try {
    const { findings } = recorded.parse(JSON.parse(text));
    return new Map(findings.map(({ fingerprint, severity }) => [fingerprint, severity]));
  } catch (cause) {
    throw new UserError(`input \`baseline\`: ${path} is no findings.json of preflight`, {
      remedy: 'Pass the file findings.json of the output `report` of a run on the default branch.',
      cause,
    });
  }
}
