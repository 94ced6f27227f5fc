import { expect, it } from 'vitest';
import type { ProcessPlan } from '../../../../src/plan/preflight/process-plan.ts';
import { NOTHING_SEEN, type RunFacts } from '../../../../src/preflight/running/facts.ts';
import { type Observed, preflightResult } from '../../../../src/stages/preflight/result.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const observed = (name: string, health: ProcessPlan['health'], seen: Partial<RunFacts>): Observed => ({
  plan: {
    name,
    kind: 'Deployment',
    image: 'app',
    port: 80,
    health,
    graceMs: 1,
    hosts: {},
    replicas: 1,
    exactlyOk: false,
    env: {},
    restrictions: {},
    missing: [],
  },
  facts: { ...NOTHING_SEEN, ...seen },
  restricted: undefined,
});

it('hands on the time that slow processes need to start, and says so', () => {
  const verdict = { counted: [], known: [], accepted: [], notes: [], report: '/report' };
  const health = { path: '/', headers: {} };
  const all = [
    observed('web', health, { listeningMs: 1_000, healthyMs: 14_000 }),
    observed('api', health, { listeningMs: 14_000, healthyMs: undefined }),
    observed('tcp', undefined, { listeningMs: 13_000 }),
    observed('quick', health, { listeningMs: 1_000, healthyMs: 2_000 }),
  ];
  const result = preflightResult(verdict, all, undefined, new Steps(memoryLog(), new StepClock()));
  expect(result.outputs.startup).toBe('web=120s\ntcp=120s');
  expect(JSON.stringify(result.blocks)).toContain(
    'web took 14.0 s to start: the deploy after it gives each pod 120 s in place of 60 s',
  );
});
