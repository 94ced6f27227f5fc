import { describe, expect, it } from 'vitest';
import { planInit } from '../../../src/plan/init/plan-init.ts';
import { type InitOutcome, initReport } from '../../../src/report/init-report.ts';
import { NO_ANSWERS, repositoryOf } from '../../support/unit/repository.ts';

const plan = planInit(
  repositoryOf({ Dockerfile: 'FROM node:22\nCOPY . .\nCMD ["node", "."]\n' }),
  NO_ANSWERS,
  () => new Map(),
);

function nextOf(outcome: Partial<InitOutcome>): string[] {
  const report = initReport(plan, {
    written: new Map([['slipway.yml', 'written']]),
    isRoot: true,
    leftOut: undefined,
    call: 'npx slipway',
    workingDirectory: undefined,
    onBranch: false,
    ...outcome,
  });
  const [, next = ''] = report.split('Next:\n');
  return next
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}

describe('the next commands of init', () => {
  it('are for the folder that it read', () => {
    expect(nextOf({}).slice(0, 2)).toEqual(['npx slipway render staging', 'npx slipway doctor']);
    const [render, doctor, git] = nextOf({ workingDirectory: "/tmp/it's here" });
    expect(render).toBe("npx slipway render staging --working-directory '/tmp/it'\\''s here'");
    expect(doctor).toContain('doctor --working-directory');
    expect(git).toContain("git -C '/tmp/it'\\''s here' push");
  });

  it('create a branch where the default one is checked out, and no second one', () => {
    expect(nextOf({})[2]).toMatch(/^git switch --create slipway && git add/);
    expect(nextOf({ onBranch: true })[2]).toMatch(/^git add .* && git push --set-upstream origin HEAD$/);
  });
});
