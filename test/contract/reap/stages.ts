import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import type { Platform } from '../../../local/platform.ts';
import type { Clock } from '../../../src/ports.ts';
import { ReapStage } from './stage.ts';

const MINUTE = 60_000;

/**
 * Stages for the tests of the suite that calls this; closed after it. Each has a repository of its own: its reaper sees
 * nothing of the others.
 */
export function stagesOfSuite(platform: Platform | undefined): () => Promise<ReapStage> {
  const stages: ReapStage[] = [];
  afterAll(async () => {
    const violations: string[] = [];
    for (const stage of stages) violations.push(...(await stage.close()));
    expect(violations).toEqual([]);
  });
  return async () => {
    if (!platform) throw new Error('no platform');
    const stage = await ReapStage.open(platform);
    stages.push(stage);
    return stage;
  };
}

/** Five minutes are over once `seen` is true, and not before: the controllers get all the time that they need. */
export function clockAfter(seen: () => Promise<boolean>): Clock {
  let over = false;
  return {
    now: () => Date.now() + (over ? 6 * MINUTE : 0),
    monotonic: () => performance.now() + (over ? 6 * MINUTE : 0),
    sleep: async () => {
      await delay(200);
      over ||= await seen();
    },
  };
}
