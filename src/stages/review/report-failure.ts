import type { ReviewFailurePlan } from '../../plan/review-plan.ts';
import { type StageResult, stageResult } from '../../stage-result.ts';
import { blankState } from './comment/blank-state.ts';
import { Publisher } from './comment/publisher.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Reports on the pull request that a commit was not deployed, because its build, its tests or its preflight failed. Uses GitHub only: an
 * environment that exists keeps running an earlier commit, and its section of the comment says so.
 */
export async function reportFailure(
  plan: ReviewFailurePlan,
  ports: Pick<ReviewPorts, 'github' | 'log' | 'clock'>,
): Promise<StageResult> {
  const { app, number, variant, commit, run } = plan;
  const publisher = new Publisher(ports);
  const message = `commit ${commit.slice(0, 12)} was not deployed: its build, its tests or its preflight failed`;
  const remedy = run === '' ? undefined : `See the run: ${run}`;
  const failure = { message, details: [], remedy };
  const state = { ...blankState({ app: app ?? '', number, variant }, run), phase: 'failed' as const, commit, failure };
  const text = `${message}. The environment runs an earlier commit.`;
  const answer = { command: `deploy ${commit.slice(0, 12)}`, by: run === '' ? 'slipway' : `slipway, ${run}`, text };
  await publisher.reportNotDeployed(state, answer);
  return { ...stageResult('review-environment', 'unchanged', message), annotations: publisher.warnings };
}
