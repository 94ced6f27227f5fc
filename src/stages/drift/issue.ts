import type { EnvironmentDrift } from '../../plan/drift/report.ts';
import {
  DRIFT_LABEL,
  driftBody,
  driftMarker,
  driftTitle,
  findingsIn,
  findingsOf,
  goneBody,
  goneComment,
} from '../../report/drift-issue.ts';
import type { DriftPorts } from './ports.ts';

type IssueTracker = NonNullable<DriftPorts['github']>;

/**
 * One issue for each app and environment: opened for drift, updated when the findings change, closed when there are none. An
 * issue that a person has closed stays closed until the findings change.
 * @returns the URL of the issue about the present drift; undefined without drift
 */
export async function tellIssue(
  app: string,
  environment: EnvironmentDrift,
  run: string,
  github: IssueTracker,
): Promise<string | undefined> {
  if (environment.state === 'under-way' || environment.state === 'not-compared') return undefined;
  const marker = driftMarker(app, environment.environment);
  const known = await github.findIssue(marker, DRIFT_LABEL);
  if (environment.state !== 'drifted') {
    if (known?.open) await github.closeIssue(known.number, goneBody(known.body), goneComment(environment, run));
    return undefined;
  }
  if (known && findingsIn(known.body) === findingsOf(environment)) return known.url;
  const content = { title: driftTitle(app, environment), body: driftBody(app, environment, run) };
  if (!known?.open) return (await github.openIssue(marker, { ...content, label: DRIFT_LABEL })).url;
  await github.updateIssue(known.number, content);
  return known.url;
}
