import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { read } from '../../scripts/check-lib.ts';

const file = 'workflows/complete/google-cloud/main.yml';
const text = read(file);
const caller = 'workflows/kubernetes/main.yml';
const called = '.github/workflows/main.yml';

/** One change of the workflow, and what GitHub's language service must say to it. */
const changes: { what: string; of?: string; from: string; to: string; problem: RegExp }[] = [
  {
    what: 'an input that the called workflow does not have',
    of: caller,
    from: '      registry: ghcr.io\n',
    to: '      registy: ghcr.io\n',
    problem: /registy/,
  },
  {
    what: 'a secret that the called workflow does not have',
    of: caller,
    from: '      SLIPWAY_KUBECONFIG:',
    to: '      KUBECONFIG:',
    problem: /KUBECONFIG/,
  },
  {
    what: 'a workflow that is not there',
    of: caller,
    from: '/main.yml@',
    to: '/mian.yml@',
    problem: /mian|find/,
  },
  {
    what: 'an input that an action of the same commit does not have',
    of: called,
    from: '          environment: $',
    to: '          enviroment: $',
    problem: /enviroment/,
  },
  {
    what: 'an action that the same commit does not have',
    of: called,
    from: '$/actions/run-tests',
    to: '$/actions/tests',
    problem: /actions\/tests/,
  },
  {
    what: 'an input that our action does not have',
    from: '          environment: staging\n',
    to: '          enviroment: staging\n',
    problem: /main\.yml:\d+: .*enviroment/,
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
  const texts = changes.map(({ of = file, from, to }) => [of, read(of).replace(from, () => to)]);
  const input = JSON.stringify([[file, text], [caller, read(caller)], [called, read(called)], ...texts]);
  const args = ['--import', 'tsx', 'test/support/problems-of-workflows.ts'];
  const [complete, calling, reusable, ...changed] = JSON.parse(
    execFileSync(process.execPath, args, { input, encoding: 'utf8' }),
  ) as string[][];

  it('nothing as it is', () => {
    expect([complete, calling, reusable]).toEqual([[], [], []]);
  });

  it.each(changes.map((change, index) => ({ ...change, found: changed[index] })))(
    '$what',
    ({ of = file, from, problem, found }) => {
      expect(read(of)).toContain(from);
      expect(found).toEqual([expect.stringMatching(problem)]);
    },
  );
});
