import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { failuresOf, type Report } from './failures.ts';
import type { SuiteResult } from './outcome.ts';

/** Runs Node with these arguments, its output on ours; resolves to the exit code. */
function node(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** A check that is one program: it counts as one test. */
export async function runProgram(suite: string, args: string[]): Promise<SuiteResult> {
  const started = Date.now();
  const code = await node(args, {});
  const ok = code === 0;
  return {
    suite,
    state: ok ? 'passed' : 'failed',
    ms: Date.now() - started,
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: 0,
  };
}

/** One project of vitest.config.ts; counts come from its JSON report, so that they are what ran. */
export async function runVitest(suite: string, env: NodeJS.ProcessEnv): Promise<SuiteResult> {
  const started = Date.now();
  const report = `.slipway/test/${suite}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await node(['node_modules/vitest/vitest.mjs', 'run', '--project', suite, ...reporters], env);
  const counts = countsOf(report);
  const note = noteOn(code, counts);
  const state = code === 0 && note === undefined ? 'passed' : 'failed';
  const { passed, failed, skipped, failures } = counts ?? { passed: 0, failed: 1, skipped: 0, failures: [] };
  return {
    suite,
    state,
    ms: Date.now() - started,
    passed,
    failed: state === 'failed' ? Math.max(failed, 1) : failed,
    skipped,
    failures,
    ...(note ? { note } : {}),
  };
}

/** Why a suite is not what its counts say. @param code exit code of vitest */
export function noteOn(code: number, counts: Pick<SuiteResult, 'passed' | 'failed'> | undefined): string | undefined {
  if (counts === undefined) return 'vitest wrote no report';
  if (counts.passed + counts.failed === 0) return 'no test ran';
  return code !== 0 && counts.failed === 0 ? 'an error outside of any test: see "Unhandled Errors" above' : undefined;
}

function countsOf(path: string): { passed: number; failed: number; skipped: number; failures: string[] } | undefined {
  if (!existsSync(path)) return undefined;
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  return {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: failuresOf(report, process.cwd()),
  };
}
