import { describe, expect, it } from 'vitest';
import { readFailure } from '../../../../src/adapters/docker/build-output.ts';
import { RawProgress } from '../../../../src/adapters/docker/raw-progress.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import type { Made } from '../../../../src/stages/build/built.ts';
import { dockerfileFindings, stepBlocks, unwrittenCaches } from '../../../../src/stages/build/report.ts';
import { localImage } from '../../../support/unit/memory-registry.ts';

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const base64 = (text: string) => Buffer.from(text).toString('base64');

function read(...events: (object | string)[]) {
  const lines: string[] = [];
  const progress = new RawProgress((line) => void lines.push(line));
  for (const event of events) progress.line(typeof event === 'string' ? event : JSON.stringify(event));
  return { lines, ...progress.report() };
}
const vertex = (digest: string, name: string, more: object = {}) => ({ vertexes: [{ digest, name, ...more }] });
const log = (digest: string, text: string, ms: number) => ({
  logs: [{ vertex: digest, stream: 1, data: base64(text), timestamp: at(ms) }],
});

describe('the progress of a build in JSON', () => {
  it('is logged as the plain progress is, and keeps what each step took and whether it came from a cache', () => {
    const { lines, steps } = read(
      vertex('a', '[internal] load build definition from Dockerfile', { started: at(0), completed: at(50) }),
      vertex('d', '[context shared] load .dockerignore', { started: at(0), completed: at(10) }),
      vertex('b', '[build 1/2] FROM debian'),
      vertex('b', '[build 1/2] FROM debian', { started: at(60), completed: at(61), cached: true }),
      vertex('c', '[build 2/2] RUN make', { started: at(100) }),
      log('c', 'one\ntw', 600),
      log('c', 'o\nend', 1_100),
      vertex('c', '[build 2/2] RUN make', { started: at(100), completed: at(1_600) }),
      { statuses: [{ id: 'x', vertex: 'c', current: 1, timestamp: at(1) }] },
    );
    expect(lines).toEqual([
      '#1 [internal] load build definition from Dockerfile',
      '#1 DONE 0.1s',
      '#2 [context shared] load .dockerignore',
      '#2 DONE 0.0s',
      '#3 [build 1/2] FROM debian',
      '#3 CACHED',
      '#4 [build 2/2] RUN make',
      '#4 0.500 one',
      '#4 1.000 two',
      '#4 0.000 end',
      '#4 DONE 1.5s',
    ]);
    expect(steps).toEqual([
      { name: '[build 1/2] FROM debian', ms: 1, cached: true, failed: false },
      { name: '[build 2/2] RUN make', ms: 1_500, cached: false, failed: false },
    ]);
  });

  it('of a failed build says what failed, with its output', () => {
    const { lines } = read(
      vertex('c', '[2/2] RUN make', { started: at(0) }),
      log('c', 'cc: not found\n', 10),
      vertex('c', '[2/2] RUN make', { started: at(0), completed: at(20), error: 'did not complete: exit code: 127' }),
      'ERROR: failed to build: failed to solve: did not complete: exit code: 127',
    );
    expect(readFailure(lines)).toMatchObject({
      instruction: 'RUN make',
      exitCode: 127,
      stepOutput: ['cc: not found'],
      reason: 'did not complete: exit code: 127',
    });
  });

  it('keeps every line that is something else', () => {
    const strange = ['{', '{"vertexes":7}', 'ERROR: x', '', '{"logs":[{"vertex":1}]}'];
    expect(read(...strange).lines).toEqual(strange);
  });

  it('adds up the parts of a step that does its work in parts', () => {
    const push = (from: number, to: number) => vertex('p', 'pushing', { started: at(from), completed: at(to) });
    expect(read(push(0, 10), push(50, 55)).steps).toEqual([{ name: 'pushing', ms: 15, cached: false, failed: false }]);
  });

  it('holds a line of a step without end together only so far', () => {
    const { lines } = read(
      vertex('c', 'RUN yes', { started: at(0) }),
      log('c', 'y'.repeat(100_000), 1),
      log('c', 'z', 2),
    );
    expect(lines.map((line) => line.length)).toEqual([10, '#1 0.001 '.length + 100_000]);
  });
});

describe('the checks of a Dockerfile', () => {
  const warning = {
    warnings: [
      {
        level: 1,
        short: base64("FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 3)"),
        detail: [base64("The 'as' keyword should match the case of the 'from' keyword")],
        url: 'https://docs.docker.com/go/dockerfile/rule/from-as-casing/',
        range: [{ start: { line: 3 }, end: { line: 3 } }],
      },
    ],
  };
  const made = (...events: object[]) => {
    const { lines: _, ...report } = read(...events);
    return { image: { ...localImage('sha256:1'), report }, reused: false } as Made;
  };
  const plan = { name: 'web', dockerfile: `${process.cwd()}/web/Dockerfile` } as BuildPlan;

  it('are warnings at their lines', () => {
    expect(dockerfileFindings(plan, made(warning))).toEqual([
      {
        level: 'warning',
        title: 'Dockerfile: FromAsCasing',
        message:
          "'as' and 'FROM' keywords' casing do not match\nThe 'as' keyword should match the case of the 'from' keyword\nhttps://docs.docker.com/go/dockerfile/rule/from-as-casing/",
        file: 'web/Dockerfile',
        line: 3,
      },
    ]);
    expect(dockerfileFindings(plan, undefined)).toEqual([]);
  });

  it('stand beside the steps, which the summary shows', () => {
    const step = vertex('b', '[1/1] FROM debian', { started: at(0), completed: at(1), cached: true });
    expect(stepBlocks({ plan, made: made(step) })).toEqual([
      {
        kind: 'table',
        title: 'Steps of web: 1 of 1 from the cache',
        header: ['step', 'time'],
        rows: [['[1/1] FROM debian', 'cached']],
      },
    ]);
  });

  it('do not hide a cache that could not be written', () => {
    const failed = vertex('e', 'exporting cache to registry', { started: at(0), completed: at(1), error: 'denied' });
    expect(unwrittenCaches(plan, made(failed)).map(({ message }) => message)).toEqual([
      'web: the builder could not write the cache (exporting cache to registry); the log of the build has the reason.',
    ]);
    const written = vertex('e', 'exporting cache to registry', { started: at(0), completed: at(1) });
    expect(unwrittenCaches(plan, made(written))).toEqual([]);
  });
});
