import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Report } from './failures.ts';
import type { SuiteResult } from './outcome.ts';
import { suiteResults } from './report.ts';

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

/**
 * Some projects of vitest.config.ts in one run, so that files of the next one fill the places of those of the last; counts come
 * from its JSON report, so that they are what ran.
 */
export async function runVitest(suites: readonly string[], env: NodeJS.ProcessEnv): Promise<SuiteResult[]> {
  const path = `.slipway/test/${suites.join('-')}.json`;
  const projects = suites.flatMap((suite) => ['--project', suite]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const code = await node(['node_modules/vitest/vitest.mjs', 'run', ...projects, ...reporters], env);
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
  return suiteResults(suites, report, code, process.cwd());
}
