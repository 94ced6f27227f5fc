import { describe, expect, it } from 'vitest';
import { expansionsIn, interfaceProblems } from '../../../scripts/check-actions.ts';
import { actionFiles, parseAction, read } from '../../../scripts/check-lib.ts';

const text = read('actions/rolling-update/action.yml');

/** Problems of the action of rolling-update with one change in it. */
function changed(from: string, to: string): string[] {
  expect(text).toContain(from);
  return interfaceProblems(parseAction('rolling-update', 'action.yml', text.replace(from, to)));
}

const of = (expression: string) => `\${{ ${expression} }}`;

describe('what npm run lint finds in an action.yml', () => {
  it('nothing in ours', () => {
    expect(actionFiles().flatMap(interfaceProblems)).toEqual([]);
  });

  it('an input that is not mapped', () => {
    expect(changed(`INPUT_TIMEOUT: ${of('inputs.timeout')}`, 'OTHER: x')).toEqual([
      expect.stringContaining('input timeout is not mapped: INPUT_TIMEOUT'),
      expect.stringContaining('OTHER stands for no input'),
    ]);
  });

  it('an input that is mapped to another one', () => {
    expect(changed(of('inputs.timeout'), of('inputs.image'))).toEqual([
      expect.stringContaining('input timeout is not mapped'),
    ]);
  });

  it('an input that nothing reads', () => {
    const declared = text.replace('  timeout:\n', '  patience:\n    description: x\n  timeout:\n');
    const mapped = declared.replace(
      '        INPUT_TIMEOUT',
      `        INPUT_PATIENCE: ${of('inputs.patience')}\n        INPUT_TIMEOUT`,
    );
    expect(interfaceProblems(parseAction('rolling-update', 'action.yml', mapped))).toEqual([
      expect.stringMatching(/^action\.yml:\d+: input patience is read by nothing/),
    ]);
  });

  it('an input that is read and not declared', () => {
    const undeclared = text.replace(/ {2}timeout:\n.*\n/, '').replace(/ {8}INPUT_TIMEOUT.*\n/, '');
    expect(interfaceProblems(parseAction('rolling-update', 'action.yml', undeclared))).toEqual([
      expect.stringContaining('input timeout is read in src/inputs, but not declared'),
    ]);
  });

  it('an output that comes from elsewhere', () => {
    expect(changed(of('steps.run.outputs.url'), of('steps.run.outputs.link'))).toEqual([
      expect.stringContaining('output url must be'),
    ]);
  });

  it('a script that is not the launcher', () => {
    expect(changed('run: exec sh', 'run: sh')).toEqual([expect.stringContaining('run must be')]);
  });
});

it('a value that GitHub would put into a script is found with its line', () => {
  const workflow = `jobs:\n  a:\n    steps:\n      - run: |\n          echo ${of('github.head_ref')}\n      - run: echo "$REF"\n`;
  expect(expansionsIn('w.yml', workflow)).toEqual([expect.stringMatching(/^w\.yml:4: .*script injection/)]);
});
