import { describe, expect, it } from 'vitest';
import { calledInputs, calledOutputs, calledSecrets, calledWorkflow } from '../../support/runner/called-workflow.ts';
import { refuseWidening } from '../../support/runner/permissions.ts';
import type { JobFile, WorkflowFile } from '../../support/runner/workflow-file.ts';

const expression = (text: string) => `\${{ ${text} }}`;

const CALLED: WorkflowFile = {
  on: {
    workflow_call: {
      inputs: {
        environment: { type: 'string', default: 'staging' },
        'dry-run': { type: 'boolean' },
        limit: { type: 'number', default: 3 },
        app: { type: 'string', required: true },
      },
      secrets: { KUBECONFIG: { required: true }, PASSWORD: null },
      outputs: { url: { value: expression('jobs.deploy.outputs.url') } },
    },
  },
  jobs: {},
};
const job = (given: Partial<JobFile>): JobFile => ({ uses: 'o/n/.github/workflows/x.yml@v1', ...given });
const inputs = (given: Record<string, unknown>, contexts = {}) => calledInputs(job({ with: given }), CALLED, contexts);

describe('a job that calls a reusable workflow', () => {
  it('finds ours in this checkout, by each form that GitHub has', () => {
    for (const uses of ['slipway-deploy/slipway/.github/workflows/main.yml@v1', './.github/workflows/main.yml']) {
      expect(calledWorkflow(uses).name).toBe('Main');
    }
    for (const uses of [
      'slipway-deploy/slipway/.github/workflows/main.yml',
      '$/.github/workflows/main.yml@v1',
      'o/n@v1',
    ]) {
      expect(() => calledWorkflow(uses), uses).toThrow('is no reusable workflow of ours');
    }
  });

  it('gives inputs of the declared types, and the rest by default', () => {
    const given = { app: 'parking', 'dry-run': expression('inputs.dry') };
    expect(inputs(given, { inputs: { dry: true } })).toEqual({
      environment: 'staging',
      'dry-run': true,
      limit: 3,
      app: 'parking',
    });
  });

  it.each([
    ['an unknown one', { app: 'x', enviroment: 'x' }, 'enviroment is not defined in the called workflow'],
    ['none where one is required', {}, 'Input app is required'],
    ['text where a boolean is declared', { app: 'x', 'dry-run': expression('inputs.text') }, "Unexpected value 'true'"],
  ])('is refused with %s', (_, given, message) => {
    expect(() => inputs(given, { inputs: { text: 'true' } })).toThrow(message);
  });

  it('passes the secrets that it names, and no other; all with `inherit`', () => {
    const own = { A: '1', B: '2' };
    const secrets = (given: JobFile['secrets']) =>
      calledSecrets(job(given === undefined ? {} : { secrets: given }), CALLED, { secrets: own }, own);
    expect(secrets({ KUBECONFIG: '${{ secrets.A }}' })).toEqual({ KUBECONFIG: '1' });
    expect(secrets('inherit')).toEqual(own);
    expect(() => secrets({ KUBECONFIG: 'x', OTHER: 'x' })).toThrow('OTHER is not defined in the called workflow');
    expect(() => secrets(undefined)).toThrow('Secret KUBECONFIG is required');
  });

  it('gets the outputs that the called workflow maps', () => {
    const jobs = { deploy: { result: 'success', outputs: { url: 'https://x' } } };
    expect(calledOutputs(CALLED, jobs, {})).toEqual({ url: 'https://x' });
  });

  it('cannot be widened by what it calls', () => {
    expect(() => refuseWidening('review', { contents: 'read' }, { contents: 'write' })).not.toThrow();
    expect(() => refuseWidening('review', { 'id-token': 'write' }, { contents: 'read' })).toThrow(
      "The nested job 'review' is requesting 'id-token: write', but is only allowed 'id-token: none'",
    );
  });
});
