import { readFile, writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundled } from '../../support/runner/bundled.ts';
import { readLog } from '../../support/runner/commands.ts';
import { readFileCommand } from '../../support/runner/file-commands.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { type ProcessResult, type StepProcess, startStep } from '../../support/runner/step-process.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const step = fileURLToPath(new URL('step.ts', import.meta.url));

interface Step {
  process: StepProcess;
  files: { output: string; summary: string };
}

/** Starts a scenario of step.ts as the runner starts a step; with `github` false as a developer does. */
async function start(scenario: string[], more: Record<string, string> = {}, github = true): Promise<Step> {
  const folder = scratchFolder();
  const files = { output: join(folder, 'output'), summary: join(folder, 'summary') };
  await writeFile(files.output, '');
  await writeFile(files.summary, '');
  const onGitHub = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: files.output, GITHUB_STEP_SUMMARY: files.summary };
  const env = { PATH: process.env.PATH, HOME: folder, ...(github ? onGitHub : {}), ...more };
  return { process: startStep(process.execPath, [bundled(step), ...scenario], { cwd: root, env }), files };
}

async function finished(scenario: string[], more: Record<string, string> = {}, github = true) {
  const { process: child, files } = await start(scenario, more, github);
  const result = await child.result;
  const summary = await readFile(files.summary, 'utf8');
  return { result, log: readLog(result.output), outputs: readFileCommand(files.output), summary };
}

describe.concurrent('every action', () => {
  it('gives outputs that the runner reads back as they were, whatever is in them (G5)', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('\n', '<<', '=', 'EOF', 'ghadelimiter_', 'x', '::', '%0A'), { maxLength: 9 })
        .map((l) => l.join('')),
    );
    const [outputs = {}] = fc.sample(
      fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), value, { minKeys: 200, maxKeys: 200 }),
      1,
    );
    // The runner reads lines: a lone CR is part of a line, CR LF is an end of one.
    const expected = Object.fromEntries(Object.entries(outputs).map(([k, v]) => [k, v.replace(/\r\n/g, '\n')]));
    const file = join(scratchFolder(), 'outputs.json');
    await writeFile(file, JSON.stringify(expected));
    const { result, outputs: read } = await finished(['outputs'], { TEST_OUTPUTS: file });
    expect(result.exitCode).toBe(0);
    expect(read).toEqual({ ...expected, outcome: 'succeeded' });
  });

  it('lets nothing that it prints command the runner, but its own annotations and groups (G6)', async () => {
    const { log } = await finished(['hostile']);
    expect(log.others).toEqual([]);
    expect(log.annotations.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warning first\n:\u200b:error::second',
      'notice of the stage',
    ]);
    expect(log.lines.filter((line) => /^::(end)?group/.test(line))).toEqual(['::group::a ::title::', '::endgroup::']);
  });

  it('masks a secret before it is used, each of its lines, and in the summary (G7)', async () => {
    const { result, log, summary } = await finished(['secret']);
    expect(log.masks).toEqual(expect.arrayContaining(['correct horse', 'battery staple']));
    expect(result.stdout).toContain('it is ***');
    expect(summary).toContain('found \\*\\*\\*'.replaceAll('\\', ''));
    expect(summary).not.toMatch(/battery staple|correct horse/);
  });

  it('turns what was thrown into an annotation, a summary, an outcome and an exit code', async () => {
    const { result, log, outputs, summary } = await finished(['fails', 'rolling-update']);
    expect(result.exitCode).toBe(1);
    expect(outputs).toEqual({ outcome: 'failed' });
    expect(log.annotations).toEqual([
      { level: 'error', title: 'rolling-update', message: 'web is not ready\n  pod web-1 crashed\n  Look at its log.' },
    ]);
    expect(summary).toContain('**web is not ready**');
    expect(summary).toContain('> **What to do:** Look at its log.');
  });

  it('SEC-7: a summary that cannot be rendered takes neither outputs nor annotations with it', async () => {
    const { result, log, outputs, summary } = await finished(['unrenderable']);
    expect(result.exitCode).toBe(0);
    expect(outputs).toEqual({ image: 'apps/parking:main', outcome: 'succeeded' });
    expect(log.annotations).toContainEqual({ level: 'notice', message: 'of the stage' });
    expect(log.annotations[0]?.message).toMatch(/^Slipway could not render the job summary: .*defect of Slipway/);
    expect(summary).toContain('build-image: succeeded: done');
  });

  it('F20: a long diagnosis stands in the log once, folded, before the annotation', async () => {
    const { result, log } = await finished(['long']);
    const lines = result.stdout.split('\n');
    const group = lines.indexOf('::group::The whole diagnosis (42 lines)');
    expect(lines.slice(group).indexOf('::endgroup::')).toBe(43);
    expect(lines.filter((line) => line.trim() === 'seen 20')).toHaveLength(1);
    expect(log.annotations[0]?.message).toMatch(/^web is not ready\n(.*\n)+ {2}Look at its log\.$/);
  });

  it('says of a defect that it is one, with the stack only in debug', async () => {
    const quiet = await finished(['defect']);
    expect(quiet.log.annotations[0]?.message).toMatch(/^unexpected: x is not a function\n.*defect of Slipway/);
    expect(quiet.result.output).toContain('::debug::TypeError');
    const byHand = await finished(['defect'], {}, false);
    expect(byHand.result.output).not.toContain('step.mjs');
    expect((await finished(['defect'], { SLIPWAY_DEBUG: '1' }, false)).result.output).toContain('step.mjs');
  });

  it('is green when a newer commit took its place', async () => {
    const { result, outputs, log } = await finished(['superseded']);
    expect([result.exitCode, outputs.outcome]).toEqual([0, 'superseded']);
    expect(log.annotations).toEqual([]);
  });

  it('says how long slow work takes', async () => {
    const { result } = await finished(['slow']);
    expect(result.stdout).toMatch(/pulling … 2\.\d s\npulling took 2\.\d s\n/);
  });

  it('is readable by hand, without commands for a runner that is not there', async () => {
    const { result } = await finished(['fails'], {}, false);
    expect(result.exitCode).toBe(1);
    expect(result.stdout.replace(/\d+ ms/, '… ms')).toBe(
      'build-image: failed, … ms\nerror: web is not ready\n  pod web-1 crashed\n  Look at its log.\n',
    );
  });
});

describe.concurrent('cancelled by the runner (K25)', () => {
  const cancelled = async (scenario: string): Promise<{ result: ProcessResult; outcome: string | undefined }> => {
    const { process: child, files } = await start([scenario]);
    await child.waitFor('waiting');
    const result = await child.cancel();
    return { result, outcome: readFileCommand(files.output).outcome };
  };

  it.each([
    ['waits', 'cancelled'],
    ['unknown', 'unknown'],
    // Work that does not stop by itself is left after a few seconds: before the runner sends SIGTERM.
    ['stuck', 'cancelled'],
  ])('an action that %s tells its outcome at SIGINT: %s', async (scenario, outcome) => {
    const { result, outcome: told } = await cancelled(scenario);
    expect(told).toBe(outcome);
    expect(result.exitCode).toBe(1);
    expect(result.cancelledBy).toBe('SIGINT');
  });
});

describe.concurrent('a pull request of a fork (R7)', () => {
  const fork = async (event: string, stage: string) => {
    const payload = join(scratchFolder(), 'event.json');
    const repo = (id: number) => ({ id, full_name: `acme/${id}`, default_branch: 'main' });
    const head = { ref: 'topic', sha: 'b'.repeat(40), repo: repo(2) };
    const pull = { title: 't', merged: false, head, base: { ref: 'main', sha: 'a'.repeat(40), repo: repo(1) } };
    const body = { action: 'opened', number: 7, repository: repo(1), pull_request: pull };
    await writeFile(payload, JSON.stringify(body));
    return finished(['fails', stage], { GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: payload });
  };

  it.each(['push-to-registry', 'review-environment'])('does not reach %s, and is no failure', async (stage) => {
    const { result, outputs, log } = await fork('pull_request', stage);
    expect([result.exitCode, outputs.outcome]).toEqual([0, 'unchanged']);
    expect(log.annotations).toEqual([
      { level: 'notice', title: stage, message: expect.stringContaining('pull request #7 comes from a fork') },
    ]);
  });

  it.each([
    ['pull_request', 'rolling-update'],
    ['pull_request', 'promote'],
    ['pull_request_target', 'build-image'],
    ['pull_request_target', 'run-tests'],
  ])('on %s is refused by %s', async (event, stage) => {
    const { result, log } = await fork(event, stage);
    expect(result.exitCode).toBe(1);
    expect(log.annotations[0]?.message).toMatch(new RegExp(`^${stage} refused: pull`));
  });
});
