import { describe, expect, it } from 'vitest';
import { compareObject, fieldDrifts } from '../../../../src/plan/drift/object-drift.ts';
import { recordedViews, told, viewsOf } from '../../../support/unit/drift-recorded.ts';

const ENV = 'spec.template.spec.containers[web].env';
const DEPLOYMENT = [
  'removed metadata.labels[slipway.dev/app]: "parking" → null, by null',
  'changed spec.replicas: 1 → 2, by kubectl-edit',
  `changed ${ENV}[MODE].value: "calm" → "wild", by kubectl-edit`,
  expect.stringMatching(
    /^changed .*\[web\]\.image: ".*python@sha256:.*" → "registry.example\/other:1", by kubectl-edit$/,
  ),
  `added ${ENV}[DB_PASSWORD]: null → {"name":"DB_PASSWORD","value":"***"}, by kubectl-set`,
  `added ${ENV}[DEBUG]: null → {"name":"DEBUG","value":"1"}, by kubectl-set`,
];

describe('an object against its record, as a real cluster has them', () => {
  it('has not drifted after a release, whatever controllers wrote, and after a restart', () => {
    expect(recordedViews('released').map((views) => told(views))).toEqual([[], [], [], []]);
  });

  it('tells each field with who changed it', () => {
    expect(told(viewsOf('changed-by-hand', 'Deployment'))).toEqual(DEPLOYMENT);
    expect(told(viewsOf('changed-by-hand', 'Secret'))).toEqual(['changed data.password: *** → ***, by kubectl-edit']);
    expect(told(viewsOf('changed-by-hand', 'ConfigMap'))).toEqual([]);
  });

  it('keeps the time of the manager', () => {
    const comparison = compareObject(viewsOf('changed-by-hand', 'Secret'), {
      ignore: [],
      autoscaled: false,
      laterRelease: false,
    });
    expect(fieldDrifts(comparison, 'Secret', undefined)[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('finds the same without the server’s help, in the order of the record', () => {
    const views = { ...viewsOf('changed-by-hand', 'Deployment'), wanted: undefined };
    const both = (lines: unknown[]) => lines.map(String).sort();
    expect(both(told(views))).toEqual(both(told(viewsOf('changed-by-hand', 'Deployment'))));
    for (const released of recordedViews('released')) expect(told({ ...released, wanted: undefined })).toEqual([]);
  });

  it('tells a port that the server would not take back', () => {
    const views = viewsOf('changed-by-hand', 'Service');
    expect(views.wanted).toBeUndefined();
    expect(told(views)).toEqual([
      'removed spec.ports[80]: {"port":80,"targetPort":8080} → null, by null',
      expect.stringMatching(/^added spec\.ports\[443\/TCP\]: null → .*443.*, by kubectl-edit$/),
    ]);
  });

  it('does not take the defaults of an object that was made anew for somebody’s change', () => {
    expect(told(viewsOf('made-anew', 'Deployment'))).toEqual([
      'added spec.template.spec.containers[web].stdin: null → true, by kubectl-create',
    ]);
  });

  it('leaves out replicas that an autoscaler decides about, and what slipway.yml names', () => {
    const views = viewsOf('changed-by-hand', 'Deployment');
    expect(told(views, { autoscaled: true })).toEqual(DEPLOYMENT.filter((_, index) => index !== 1));
    const ignore = [{ manager: 'kubectl-*' }, { field: 'metadata.labels[*]', kind: 'Deployment' }];
    expect(told(views, { ignore })).toEqual([]);
  });

  it('leaves out what controllers wrote, but not the number that an autoscaler left behind', () => {
    const views = viewsOf('changed-by-hand', 'Deployment');
    const entries = views.live.metadata.managedFields as { manager: string }[];
    const byController = entries.map((entry) =>
      entry.manager === 'kubectl-edit' ? { ...entry, manager: 'kube-controller-manager' } : entry,
    );
    const live = { ...views.live, metadata: { ...views.live.metadata, managedFields: byController } };
    expect(told({ ...views, live }).filter((line) => line.startsWith('changed'))).toEqual([
      'changed spec.replicas: 1 → 2, by kube-controller-manager',
    ]);
  });

  it('tells what a later release left, and only then', () => {
    const views = viewsOf('released', 'Deployment');
    const { recorded, wanted } = views;
    if (!wanted) throw new Error('the server was asked');
    // A release that did not become good has put a label onto the object, which this record does not know.
    const entries = views.live.metadata.managedFields as { manager: string; fieldsV1: object }[];
    const labels = { ...views.live.metadata.labels, tier: 'one' };
    const more = { 'f:metadata': { 'f:labels': { 'f:tier': {} } } };
    const managedFields = [...entries, { ...entries[0], manager: 'slipway', operation: 'Apply', fieldsV1: more }];
    const live = { ...views.live, metadata: { ...views.live.metadata, labels, managedFields } };
    const later = { recorded, live, wanted, asNew: views.asNew };
    expect(told(later)).toEqual([]);
    expect(told(later, { laterRelease: true })).toEqual(['added metadata.labels.tier: null → "one", by slipway']);
  });

  it('takes a recorded null for an absent field, about which the server decides', () => {
    const views = viewsOf('released', 'Deployment');
    const spec = { ...(views.recorded.spec as object), strategy: null, minReadySeconds: null, other: { inner: null } };
    const metadata = { ...views.recorded.metadata, annotations: null };
    const recorded = { ...views.recorded, metadata, spec } as unknown as typeof views.recorded;
    expect(told({ ...views, recorded, wanted: undefined })).toEqual([]);
  });
});
