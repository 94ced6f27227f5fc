import type { KubeObject } from '../../ports.ts';
import { parseDuration } from '../../text/duration.ts';
import { fields } from '../fields.ts';
import { podTemplateOf } from '../pod-template.ts';
import type { PlannedApp } from './app-spec-of.ts';

/** Object of a process → the milliseconds that its pods get to start, from a start that was measured. */
export type MeasuredStartup = Readonly<Record<string, number>>;

/** A node can be this much slower than the machine where a start was measured. */
const SLOWER = 5;
/** Whole minutes: another measurement of the same image must not replace its pods. */
const STEP_MS = 60_000;

/** The time that pods get for a start that took this long elsewhere. @param measuredMs milliseconds */
export function startupFor(measuredMs: number): number {
  return Math.max(1, Math.ceil((measuredMs * SLOWER) / STEP_MS)) * STEP_MS;
}

/** The app with more time for processes that start slowly, where slipway.yml does not say how long. It is never less. */
export function withMeasuredStartup<T extends Pick<PlannedApp, 'processes'>>(app: T, measured: MeasuredStartup): T {
  return {
    ...app,
    processes: app.processes.map((process) => {
      const ms = Object.hasOwn(measured, process.name) ? (measured[process.name] ?? 0) : 0;
      return process.startupGiven || process.port === undefined || ms <= process.startupMs
        ? process
        : { ...process, startupMs: ms };
    }),
  };
}

/** What the pods of a release get: what was measured for it counts where the release is promoted to as well. */
export function startupsIn(objects: readonly KubeObject[]): MeasuredStartup {
  return Object.fromEntries(
    objects.flatMap((object) => {
      const [container] = podTemplateOf(object)?.spec.containers ?? [];
      const { failureThreshold, periodSeconds } = fields(container?.startupProbe);
      const ms = Number(failureThreshold) * Number(periodSeconds) * 1_000;
      return object.kind === 'Deployment' && ms > 0 ? [[object.metadata.name, ms]] : [];
    }),
  );
}

/** The values of an input `startup`, which preflight wrote. @throws UserError for what is no duration */
export function measuredStartup(pairs: Readonly<Record<string, string>>): MeasuredStartup {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, text]) => [name, parseDuration(text, `input \`startup\`: ${name}`)]),
  );
}
