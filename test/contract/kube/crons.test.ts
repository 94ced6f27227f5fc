import { describe, expect, it } from 'vitest';
import { scheduleProblem } from '../../../src/config/cron-schedule.ts';
import { timeZoneProblem } from '../../../src/config/time-zone.ts';
import { UserError } from '../../../src/errors.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { NEVER_RUN, READ_AS_ANOTHER, REFUSED, RUN } from '../../support/schedules.ts';

const test = await requirePlatform('schedules on the real cluster');

/** Names that both know, and names that neither does. */
const ZONES = ['Europe/Berlin', 'Etc/UTC', 'UTC', 'Asia/Kolkata', 'US/Pacific', 'America/Argentina/Buenos_Aires'];
const NO_ZONES = ['europe/berlin', 'Europe/Berln', '+01:00', 'Local', 'CEST'];

describe.skipIf(!test)('schedules, as the API server sees them', () => {
  const { cluster, namespaces } = kubeSuite(test);

  /** What the server says of a CronJob; undefined: it accepts it. Nothing is stored. */
  async function asked() {
    if (!cluster) throw new Error('no platform');
    const { name: namespace, remove } = await ownNamespace(cluster, 'crons');
    namespaces.push(remove);
    return async (spec: object): Promise<string | undefined> => {
      const containers = [{ name: 'main', image: 'registry.example/none' }];
      const template = { spec: { restartPolicy: 'Never', containers } };
      const cron: KubeObject = {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly', namespace },
        spec: { schedule: '@daily', ...spec, jobTemplate: { spec: { template } } },
      };
      try {
        await cluster.apply(cron, { fieldManager: FIELD_MANAGER, dryRun: true });
        return undefined;
      } catch (error) {
        return error instanceof UserError ? error.details.join(' ') : String(error);
      }
    };
  }

  it('PR-5: are accepted and refused as Slipway accepts and refuses them', async () => {
    const ask = await asked();
    for (const schedule of RUN) {
      expect([schedule, await ask({ schedule }), scheduleProblem(schedule)]).toEqual([schedule, undefined, undefined]);
    }
    for (const schedule of REFUSED) {
      expect([schedule, await ask({ schedule })]).toEqual([schedule, expect.stringMatching(/schedule/)]);
      expect([schedule, scheduleProblem(schedule)]).toEqual([schedule, expect.any(String)]);
    }
  });

  it('that never run, or say something else than they mean, are accepted by the server alone', async () => {
    const ask = await asked();
    for (const schedule of [...NEVER_RUN, ...READ_AS_ANOTHER]) {
      expect([schedule, await ask({ schedule })]).toEqual([schedule, undefined]);
      expect([schedule, scheduleProblem(schedule)]).toEqual([schedule, expect.any(String)]);
    }
  });

  it('have the time zones that Slipway knows', async () => {
    const ask = await asked();
    for (const timeZone of ZONES) {
      expect([timeZone, await ask({ timeZone }), timeZoneProblem(timeZone)]).toEqual([timeZone, undefined, undefined]);
    }
    for (const timeZone of NO_ZONES) {
      expect([timeZone, await ask({ timeZone })]).toEqual([timeZone, expect.stringMatching(/timeZone/)]);
      expect([timeZone, timeZoneProblem(timeZone)]).toEqual([timeZone, expect.any(String)]);
    }
  });
});
