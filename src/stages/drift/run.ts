import { EnvironmentError, messageOf, SlipwayError, UserError } from '../../errors.ts';
import type { DriftReport, EnvironmentDrift } from '../../plan/drift/report.ts';
import type { DriftPlan } from '../../plan/drift-plan.ts';
import { driftLines } from '../../report/drift-blocks.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import { lookAtEnvironment } from './environment.ts';
import { tellIssue } from './issue.ts';
import type { DriftPorts } from './ports.ts';
import { driftResult } from './result.ts';

/**
 * drift: compares what runs with what was released. Writes to no cluster. Reports the other environments when one cannot be
 * read.
 */
export async function runDrift(plan: DriftPlan, ports: DriftPorts): Promise<StageResult> {
  if (plan.issue && !ports.github) {
    throw new UserError('input `issue` needs a token for GitHub', {
      remedy: 'Leave `github-token` to its default, github.token, and give the job `issues: write`.',
    });
  }
  const steps = new Steps(ports.log, ports.clock);
  const errors: SlipwayError[] = [];
  const environments: EnvironmentDrift[] = [];
  for (const { name } of plan.environments) {
    environments.push(await steps.run(name, () => lookOrSayWhyNot(plan, name, ports, errors)));
  }
  const report = reportOf(plan, environments, ports.clock.now());
  await ports.files.write(plan.report, `${JSON.stringify(report, undefined, 2)}\n`);
  for (const line of environments.flatMap(driftLines)) ports.log.output(line);
  const issues = plan.issue ? await steps.run('issues', () => tellIssues(plan, environments, ports, errors)) : [];
  return driftResult({ plan, report, issues, error: oneError(errors) }, steps);
}

async function lookOrSayWhyNot(
  plan: DriftPlan,
  name: string,
  ports: DriftPorts,
  errors: SlipwayError[],
): Promise<EnvironmentDrift> {
  const namespace = plan.environments.find((one) => one.name === name)?.namespace ?? '';
  try {
    const target = { app: plan.app, environment: name, namespace, ignore: plan.ignore };
    return await lookAtEnvironment(target, await ports.connect(name), { log: ports.log, now: ports.clock.now() });
  } catch (error) {
    if (!(error instanceof SlipwayError) || ports.signal.aborted) throw error;
    errors.push(error);
    const notes = [error.message];
    return { environment: name, namespace, state: 'not-compared', release: null, newer: [], objects: [], notes };
  }
}

async function tellIssues(
  plan: DriftPlan,
  environments: readonly EnvironmentDrift[],
  { github, signal }: DriftPorts,
  errors: SlipwayError[],
): Promise<string[]> {
  const urls: string[] = [];
  try {
    for (const environment of environments) {
      const url = github && (await tellIssue(plan.app, environment, plan.run, github));
      if (url !== undefined) urls.push(url);
    }
  } catch (error) {
    // Nobody reads the summary of a green scheduled run: a missing report fails it.
    if (!(error instanceof SlipwayError) || signal.aborted) throw error;
    errors.push(error);
  }
  return urls;
}

function reportOf(plan: DriftPlan, environments: EnvironmentDrift[], now: number): DriftReport {
  const drifted = environments.some(({ state }) => state === 'drifted');
  return { format: 1, app: plan.app, checkedAt: new Date(now).toISOString(), drifted, environments };
}

function oneError(errors: readonly SlipwayError[]): SlipwayError | undefined {
  const different = [...new Map(errors.map((error) => [error.message, error])).values()];
  const [first] = different;
  if (!first || different.length === 1) return first;
  return new EnvironmentError(`${different.length} errors kept the comparison from being complete`, {
    details: different.flatMap((error) => [messageOf(error), ...(error.remedy ? [`  ${error.remedy}`] : [])]),
    remedy: 'Correct them, then run it again.',
  });
}
