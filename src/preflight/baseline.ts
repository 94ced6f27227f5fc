import * as z from 'zod';
import { UserError } from '../errors.ts';
import type { Finding } from './finding.ts';

const recorded = z.object({ findings: z.array(z.object({ fingerprint: z.string() })) });

/** The text of findings.json: the findings of a run, which a later run can take as its baseline. */
export function findingsFile(commit: string, findings: readonly Finding[]): string {
  return `${JSON.stringify({ commit, findings }, undefined, 2)}\n`;
}

/**
 * The fingerprints of a findings.json.
 * @throws UserError for a file of another form
 */
export function readBaseline(text: string, path: string): ReadonlySet<string> {
  try {
    return new Set(recorded.parse(JSON.parse(text)).findings.map(({ fingerprint }) => fingerprint));
  } catch (cause) {
    throw new UserError(`input \`baseline\`: ${path} is no findings.json of preflight`, {
      remedy: 'Pass the file findings.json of the output `report` of a run on the default branch.',
      cause,
    });
  }
}
