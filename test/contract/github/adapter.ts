import { beforeEach } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { doubleOfEachTest, onePullRequest } from '../../support/github-double/each-test.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { StepClock } from '../../support/step-clock.ts';

export const MARKER = '<!-- slipway:review -->';

/** adapters/github on a double of its own for each test, with a clock on which waiting takes no time. */
export function adapterOfEachTest() {
  const double = doubleOfEachTest(onePullRequest);
  const ofTest = () => ({ clock: new StepClock(), log: memoryLog(), cancel: new AbortController() });
  let own = ofTest();
  beforeEach(() => {
    own = ofTest();
  });
  const github = (token = double.token, apiUrl = double.apiUrl) =>
    createGitHub({
      token,
      apiUrl,
      repository: double.repository,
      clock: own.clock,
      log: own.log,
      signal: own.cancel.signal,
      redact: (text) => text.replaceAll('hunter2', '***'),
    });
  return {
    double,
    github,
    get clock() {
      return own.clock;
    },
    /** What the adapter said. */
    get lines() {
      return own.log.lines;
    },
    get cancel() {
      return own.cancel;
    },
  };
}

/** What a deployment is asked for with. */
export const deploymentOf = (ref: string) => ({
  ref,
  environment: 'staging',
  description: `rolling update of staging, ${'long '.repeat(40)}`,
  transient: false,
  production: false,
});
