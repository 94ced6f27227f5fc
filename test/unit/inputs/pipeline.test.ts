import { describe, expect, it } from 'vitest';
import { stageInputs } from '../../../src/inputs/pipeline.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { STAGES } from '../../../src/stage-result.ts';

describe('the inputs of a stage of the root action', () => {
  const root = new Inputs({
    INPUT_CONFIG: 'slipway.yml',
    INPUT_CONTEXT: 'gke',
    INPUT_SSH: 'default\ngit=/run/agent',
    INPUT_HISTORY: '.slipway-results.json',
  });

  it.each([
    ['ssh', ['build-image']],
    ['history', ['run-tests']],
    ['context', ['review-environment', 'rolling-update', 'promote']],
    ['config', STAGES],
  ])('has %s where the stage knows it', (name, stages) => {
    const given = STAGES.filter((stage) => stageInputs(root, stage, {}).text(name) !== undefined);
    expect([...given].sort()).toEqual([...stages].sort());
  });

  it('is as the root action has it, and as the pipeline decides', () => {
    expect(stageInputs(root, 'build-image', { force: 'true' }).lines('ssh')).toEqual(['default', 'git=/run/agent']);
    expect(stageInputs(root, 'build-image', { force: 'true' }).flag('force')).toBe(true);
    expect(stageInputs(root, 'build-image', { ssh: 'other' }).lines('ssh')).toEqual(['other']);
  });
});
