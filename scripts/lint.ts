import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkActions } from './check-actions.ts';
import { checkDocs } from './check-docs.ts';
import { type Check, type CheckResult, filesOf, read, root } from './check-lib.ts';
import { checkProse } from './check-prose.ts';
import { checkRegexes } from './check-regexes.ts';
import { checkSizes } from './check-sizes.ts';
import { checkWorkflows } from './check-workflows.ts';
import { blocksOf } from './docs-blocks.ts';
import { wholeWorkflow } from './docs-workflows.ts';
import { actionlint, pythonTools, Unavailable } from './lint-tools.ts';
import { checkMadeWorkflows } from './workflows.ts';

/**
 * `npm run lint`: formatting, import rules, workflows and actions, sizes and documents. Each check tells its time; one that
 * cannot run here says why, and with CI=true that is a failure.
 */
const checks: Check[] = [
  // The longest first, because they run side by side.
  {
    name: 'import rules',
    run: () => npmTool('dependency-cruiser/bin/dependency-cruise.mjs', ...CODE, '--metrics', '--output-type', 'err'),
  },
  { name: 'regular expressions', run: checkRegexes },
  { name: 'zizmor', run: runZizmor },
  { name: 'actionlint', run: runActionlint },
  { name: 'format', run: () => npmTool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '.') },
  { name: 'workflows', run: checkWorkflows },
  { name: 'made workflows', run: checkMadeWorkflows },
  { name: 'shell scripts', run: runShellcheck },
  { name: 'actions', run: checkActions },
  { name: 'file sizes', run: checkSizes },
  { name: 'commands and links', run: checkProse },
  { name: 'documents', run: checkDocs },
];

/** Folders whose imports are held to the rules. */
const CODE = ['src', 'bench', 'local', 'scripts', 'test'];

const workflowFiles = () => filesOf('workflows/**/*.yml', '.github/workflows/*.yml');

/** A program's verdict: its exit code, its output as the problems. Throws when it cannot be started. */
function program(file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ problems: code === 0 ? [] : [output.trim() || `ended with ${code}`] }));
  });
}

const npmTool = (file: string, ...args: string[]) => program(process.execPath, [`node_modules/${file}`, ...args]);

/** What GitHub has since 2026, and its own language service, which we run as well, checks. */
const UNKNOWN_TO_ACTIONLINT = [
  'unexpected key "queue" for "concurrency" section',
  'unexpected key "deployment" for "environment" section',
  String.raw`specifying action "\$/actions/[a-z-]+" in invalid format`,
];

async function runActionlint(): Promise<CheckResult> {
  const [lint, { shellcheck }] = await Promise.all([actionlint(), pythonTools()]);
  return program(lint, [
    '-no-color',
    '-oneline',
    '-shellcheck',
    shellcheck,
    '-pyflakes',
    '',
    ...UNKNOWN_TO_ACTIONLINT.flatMap((message) => ['-ignore', message]),
    ...workflowFiles(),
    ...documentWorkflows(),
  ]);
}

/** The workflow blocks of the documents, each completed and in a file that bears its page and line. */
function documentWorkflows(): string[] {
  const folder = join(root, '.slipway', 'lint');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const blocks = filesOf('*.md').flatMap((page) => blocksOf(page, read(page)).yaml);
  return blocks
    .filter(({ kind }) => kind === 'workflow')
    .map(({ where, text }) => {
      const file = join(folder, `${where.replaceAll(/[/:]/g, '-')}.yml`);
      writeFileSync(file, wholeWorkflow(text));
      return file;
    });
}

async function runZizmor(): Promise<CheckResult> {
  const { zizmor } = await pythonTools();
  const files = [...workflowFiles(), ...filesOf('action.yml', 'actions/**/action.yml')];
  const config = ['--config', '.github/zizmor.yml'];
  return program(zizmor, [
    '--offline',
    '--no-progress',
    '--quiet',
    '--color=never',
    '--persona=pedantic',
    ...config,
    ...files,
  ]);
}

async function runShellcheck(): Promise<CheckResult> {
  const { shellcheck } = await pythonTools();
  return program(shellcheck, ['--color=never', ...filesOf('*.sh', '.ci/run')]);
}

async function runCheck(check: Check): Promise<'passed' | 'failed' | 'skipped'> {
  const started = performance.now();
  const result = await check.run().catch((error: unknown): CheckResult => {
    if (error instanceof Unavailable) return { skipped: error.message };
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  });
  const state = 'skipped' in result ? 'skipped' : result.problems.length > 0 ? 'failed' : 'passed';
  const mark = { passed: '✓', failed: '✗', skipped: '–' }[state];
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(
    `  ${mark} ${check.name.padEnd(20)} ${time.padStart(7)}${'skipped' in result ? `   skipped: ${result.skipped}` : ''}`,
  );
  if ('problems' in result) for (const problem of result.problems) console.log(problem.replace(/^/gm, '      '));
  return state;
}

async function main(): Promise<number> {
  const waiting = [...checks];
  const states: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) states.push(await runCheck(next));
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  const failed = states.filter((state) => state === 'failed').length;
  const skipped = states.filter((state) => state === 'skipped').length;
  if (skipped > 0 && process.env.CI === 'true') console.log('  with CI=true a skipped check is a failure');
  return failed > 0 || (skipped > 0 && process.env.CI === 'true') ? 1 : 0;
}

process.exitCode = await main();
