import { readFileSync } from 'node:fs';
import { compareObject, fieldDrifts, type Views } from '../../../src/plan/drift/object-drift.ts';
import type { KubeObject } from '../../../src/ports.ts';

/** What the local cluster said of one object: see test/support/kube/record-drift.ts. */
export type RecordedViews = Views & { asNew: KubeObject };

export function recordedViews(name: string): RecordedViews[] {
  const file = new URL(`../../fixtures/drift/${name}.jsonl`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedViews);
}

export function viewsOf(name: string, kind: string): RecordedViews {
  const found = recordedViews(name).find(({ recorded }) => recorded.kind === kind);
  if (!found) throw new Error(`${name} has no ${kind}`);
  return found;
}

/** `change field recorded → live by manager`, for each finding. */
export function told(views: RecordedViews, options: Partial<Parameters<typeof compareObject>[1]> = {}): string[] {
  const comparison = compareObject(views, { ignore: [], autoscaled: false, laterRelease: false, ...options });
  return fieldDrifts(comparison, views.recorded.kind, views.asNew).map(
    ({ change, field, recorded, live, by }) => `${change} ${field}: ${recorded} → ${live}, by ${by}`,
  );
}
