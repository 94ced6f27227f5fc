import { describe, expect, it } from 'vitest';
import type { Run, StageWork } from '../../../src/entry/context.ts';
import { runStages } from '../../../src/entry/run-stages.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import type { Outcome } from '../../../src/outcome.ts';
import type { PipelinePlan } from '../../../src/plan/pipeline-plan.ts';
import type { StageName } from '../../../src/stage-result.ts';
import { StepClock } from '../../support/step-clock.ts';

const ROOT = {
  INPUT_CONTEXT: 'kind-dev',
  INPUT_NAMESPACE: 'ns',
  INPUT_CONFIG: 'slipway.yml',
  INPUT_STAGE: 'auto',
  INPUT_TIMEOUT: '3m',
};

function openRun(): Run {
  const never = () => {
    throw new Error('not asked for here');
  };
  const log = { info() {}, warning() {}, debug() {}, output() {}, mask() {}, group: never, progress: never };
  return {
    inputs: new Inputs(ROOT),
    common: { config: 'slipway.yml', workingDirectory: '/app', githubToken: undefined },
    config: never,
    configIfThere: never,
    event: never,
    log,
    clock: new StepClock(),
    env: {},
    afterwards: () => undefined,
    signal: new AbortController().signal,
    redact: (text) => text,
  };
}

/** Works of stages that answer as told, and write down which inputs they saw. */
function stagesThat(
  answers: Partial<Record<StageName, { outcome?: Outcome; outputs?: Record<string, string> } | Error>>,
) {
  const seen: [stage: StageName, inputs: Record<string, string | undefined>][] = [];
  const load = async (stage: StageName): Promise<StageWork> => {
    return async (run) => {
      const names = ['image', 'context', 'namespace', 'environment', 'operation', 'config', 'timeout', 'startup'];
      const given = names.map((name) => [name, run.inputs.text(name)] as const).filter(([, value]) => value);
      seen.push([stage, Object.fromEntries(given)]);
      const answer = answers[stage] ?? {};
      if (answer instanceof Error) throw answer;
      const { outcome = 'succeeded', outputs = {} } = answer;
      return { stage, outcome, headline: '', outputs, steps: [], ms: 1, blocks: [], annotations: [] };
    };
  };
  return { seen, load };
}

const plan: PipelinePlan = {
  because: 'push to main',
  run: [
    { stage: 'build-image', inputs: {} },
    { stage: 'run-tests', inputs: {} },
    { stage: 'push-to-registry', inputs: {} },
    { stage: 'rolling-update', inputs: { environment: 'staging' } },
  ],
  skip: [{ stage: 'review-environment', reason: 'no pull request' }],
};

describe('the stages of a pipeline', () => {
  const built = { outputs: { image: 'parking:sha-1' } };
  const pushed = { outputs: { reference: 'host/parking@sha256:1' } };

  it('hand the image on: the built one to tests and push, the pushed digest to the cluster', async () => {
    const { seen, load } = stagesThat({ 'build-image': built, 'push-to-registry': pushed });
    const report = await runStages(plan, openRun(), load);
    expect(seen).toEqual([
      // `context` of the root action is the cluster's, and that of build-image the build's.
      ['build-image', { config: 'slipway.yml' }],
      ['run-tests', { config: 'slipway.yml', image: 'parking:sha-1' }],
      ['push-to-registry', { config: 'slipway.yml', image: 'parking:sha-1' }],
      [
        'rolling-update',
        {
          config: 'slipway.yml',
          image: 'host/parking@sha256:1',
          environment: 'staging',
          context: 'kind-dev',
          namespace: 'ns',
          timeout: '3m',
        },
      ],
    ]);
    expect(report.results.map((result) => result.outcome)).toEqual(Array(4).fill('succeeded'));
  });

  it('hand on the time to start that preflight measured, to the stage that deploys', async () => {
    const measured = { outputs: { startup: 'parking=120s' } };
    const { seen, load } = stagesThat({ 'build-image': built, preflight: measured, 'push-to-registry': pushed });
    const [build, _tests, ...rest] = plan.run as [PipelinePlan['run'][number], ...PipelinePlan['run']];
    await runStages({ ...plan, run: [build, { stage: 'preflight', inputs: {} }, ...rest] }, openRun(), load);
    expect(seen.map(([stage, { startup }]) => [stage, startup])).toEqual([
      ['build-image', undefined],
      ['preflight', undefined],
      ['push-to-registry', undefined],
      ['rolling-update', 'parking=120s'],
    ]);
  });

  it.each(['failed', 'unknown', 'cancelled', 'superseded'] as const)('end where one is %s', async (outcome) => {
    const { seen, load } = stagesThat({ 'run-tests': { outcome } });
    const { results, skipped } = await runStages(plan, openRun(), load);
    expect(seen.map(([stage]) => stage)).toEqual(['build-image', 'run-tests']);
    expect(results).toHaveLength(2);
    expect(skipped).toEqual([
      { stage: 'push-to-registry', reason: `run-tests: ${outcome}` },
      { stage: 'review-environment', reason: 'no pull request' },
      { stage: 'rolling-update', reason: `run-tests: ${outcome}` },
    ]);
  });

  it('end where one throws, which becomes its result', async () => {
    const { load } = stagesThat({ 'build-image': new EnvironmentError('no engine', { remedy: 'Start it.' }) });
    const { results } = await runStages(plan, openRun(), load);
    expect(results).toMatchObject([{ stage: 'build-image', outcome: 'failed', error: { remedy: 'Start it.' } }]);
  });

  it('go on where nothing had to be done', async () => {
    const { seen, load } = stagesThat({ 'build-image': { outcome: 'unchanged' } });
    await runStages(plan, openRun(), load);
    expect(seen).toHaveLength(4);
  });
});
