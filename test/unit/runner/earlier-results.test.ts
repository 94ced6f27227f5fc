import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, root } from '../../../scripts/check-lib.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { readWorkflow } from '../../support/runner/workflow-file.ts';

const FILES = ['slipway-results/tests.json', 'slipway/preflight/findings.json', 'slipway/preflight/openapi.json'];
const workflow = readWorkflow(join(root, '.github/workflows/pull-request.yml'));

/** Runs the script of a step as the runner does. */
function run(job: string, step: string, env: Record<string, string>): void {
  const script = workflow.jobs[job]?.steps?.find(({ name }) => name === step)?.run ?? '';
  expect(script).not.toBe('');
  const file = join(scratchFolder(), 'script.sh');
  writeFileSync(file, script);
  execFileSync('bash', ['-e', file], { env: { PATH: process.env.PATH, ...env } });
}

/** What the build has of these files of the job before. */
function handedOn(contents: readonly (string | undefined)[]): (string | undefined)[] {
  const [before, after] = [scratchFolder(), scratchFolder()];
  for (const [at, content] of contents.entries()) {
    const file = join(before, FILES[at] ?? '');
    mkdirSync(dirname(file), { recursive: true });
    if (content !== undefined) writeFileSync(file, content);
  }
  const output = join(before, 'output');
  writeFileSync(output, '');
  run('earlier', 'Hand them on as text', { RUNNER_TEMP: before, GITHUB_OUTPUT: output });
  const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
  const outputs = Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
  const { tests = '', findings = '', apis = '' } = outputs;
  run('build', 'Take the earlier results', { RUNNER_TEMP: after, TESTS: tests, FINDINGS: findings, APIS: apis });
  return FILES.map((file) => (existsSync(join(after, file)) ? readFileSync(join(after, file), 'utf8') : undefined));
}

describe('SEC-35: the job of a pull request that signs', () => {
  it('has the earlier results as the text of a job without permissions', () => {
    const findings = JSON.stringify(
      Array.from({ length: 2_000 }, (_, at) => ({ code: `finding-${at}`, seen: 'ä"\n' })),
    );
    expect(handedOn(['{"suites": {}}', findings, '{}'])).toEqual(['{"suites": {}}', findings, '{}']);
    expect(handedOn([undefined, '[]'])).toEqual([undefined, '[]', undefined]);
    expect(handedOn([])).toEqual([undefined, undefined, undefined]);
    expect(workflow.jobs.earlier?.permissions).toEqual({});
  });

  it('has none where they are too long for a variable', () => {
    let text = '';
    for (let seed = 1; text.length < 300_000; seed = (seed * 48_271) % 2_147_483_647) text += seed.toString(36);
    expect(handedOn([text, '[]', text])).toEqual([undefined, '[]', undefined]);
  });

  it('restores no cache, into which an earlier commit of the pull request can have put any file', () => {
    const files = filesOf('.github/workflows/pull-request.yml', 'workflows/complete/*/pull-request.yml');
    expect(files).toHaveLength(3);
    for (const file of files) {
      const { jobs } = readWorkflow(join(root, file));
      const restoring = Object.entries(jobs).filter(([, { steps = [] }]) =>
        steps.some(({ uses = '' }) => /cache/.test(uses) && !uses.startsWith('actions/cache/save@')),
      );
      expect(restoring.map(([id]) => id)).toEqual(['earlier', 'fork']);
      for (const [id, { permissions }] of restoring)
        expect(permissions, id).toEqual(id === 'fork' ? { contents: 'read' } : {});
    }
  });
});
