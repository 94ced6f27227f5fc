import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read } from '../../scripts/check-lib.ts';

const file = 'workflows/main.yml';
const text = read(file);

/** One change of the workflow, and what GitHub's language service must say to it. */
const changes: { what: string; from: string; to: string; problem: RegExp }[] = [
  {
    what: 'an input that our action does not have',
    from: '          environment: staging\n',
    to: '          enviroment: staging\n',
    problem: /^workflows\/main\.yml:\d+: .*enviroment/,
  },
  {
    what: 'an output of a step that is not there',
    from: 'steps.deploy.outputs.url',
    to: 'steps.deployed.outputs.url',
    problem: /deployed/,
  },
  {
    what: 'a key that GitHub does not know',
    from: '    timeout-minutes: 45',
    to: '    time-out: 45',
    problem: /time-out/,
  },
  {
    what: 'a condition that cannot be read',
    from: '    runs-on:',
    to: "    if: github.ref = 'x'\n    runs-on:",
    problem: /=/,
  },
];

describe('what npm run lint finds in a workflow to copy', () => {
  const texts = [text, ...changes.map(({ from, to }) => text.replace(from, to))];
  const input = JSON.stringify(texts.map((content) => [file, content]));
  const args = ['--import', 'tsx', 'test/support/problems-of-workflows.ts'];
  const [asItIs, ...changed] = JSON.parse(
    execFileSync(process.execPath, args, { input, encoding: 'utf8' }),
  ) as string[][];

  it('nothing as it is', () => {
    expect(asItIs).toEqual([]);
  });

  it.each(changes.map((change, index) => ({ ...change, found: changed[index] })))(
    '$what',
    ({ from, problem, found }) => {
      expect(text).toContain(from);
      expect(found).toEqual([expect.stringMatching(problem)]);
    },
  );
});
