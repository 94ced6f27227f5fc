import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/objects/release.ts';
import { readRecord, recordName, releaseSecrets, secretNames } from '../../../src/objects/release-record.ts';
import type { KubeObject } from '../../../src/ports.ts';

function release(objects: KubeObject[] = []): Release {
  return {
    app: 'parking',
    environment: 'staging',
    revision: 7,
    images: { parking: 'registry.example/apps/parking@sha256:1' },
    commit: 'c7',
    actor: 'dev',
    run: { id: '1', attempt: 1, url: '' },
    outcome: 'succeeded',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: undefined,
    objects,
    hash: 'h7',
    migration: undefined,
    reversible: false,
  };
}

const place = { namespace: 'parking-staging', name: 'record', repositoryId: 42 };
const config = (name: string, text: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { text },
});
const byName = (objects: readonly KubeObject[]) => new Map(objects.map((object) => [object.metadata.name, object]));
const bytesOf = ({ data }: KubeObject) =>
  Object.values(data as Record<string, string>).reduce((sum, text) => sum + Buffer.from(text, 'base64').length, 0);

describe('the record of a release', () => {
  it('comes back from its Secret as it was', () => {
    const wanted = release([config('c', 'ä'.repeat(500))]);
    const { record, objects } = releaseSecrets(wanted, place);
    expect(objects).toEqual([]);
    expect(readRecord(record)?.release).toEqual({ format: 1, ...wanted });
    expect(record).toMatchObject({ type: 'slipway.dev/release', metadata: { name: 'record' } });
    expect(JSON.stringify(record).length).toBeLessThan(1_200);
  });

  it('of an earlier version holds one image, which has the name of the app', () => {
    const { images, ...old } = release();
    const data = { release: gzipSync(JSON.stringify({ format: 1, ...old, image: images.parking })).toString('base64') };
    const { record } = releaseSecrets(release(), place);
    expect(readRecord({ ...record, data })?.release).toEqual({ format: 1, ...release() });
  });

  it('SEC-13: names the repository that owns it', () => {
    const { record } = releaseSecrets(release(), place);
    expect(record.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'slipway',
      'slipway.dev/app': 'parking',
      'slipway.dev/environment': 'staging',
      'slipway.dev/repository-id': '42',
    });
  });

  it('that is not ours, or of a later format, is left alone', () => {
    const { record } = releaseSecrets(release(), place);
    expect(readRecord({ ...record, type: 'Opaque' })).toBeUndefined();
    expect(readRecord({ ...record, data: { release: 'bm90IGd6aXA=' } })).toBeUndefined();
    expect(readRecord({ ...record, data: undefined })).toBeUndefined();
    const later = gzipSync(JSON.stringify({ format: 3 })).toString('base64');
    expect(readRecord({ ...record, data: { release: later } })).toBeUndefined();
  });

  it('SEC-12: has a name that no other app and environment can have', () => {
    const names = [
      recordName({ app: 'shop', environment: 'eu-staging', revision: 1 }),
      recordName({ app: 'shop-eu', environment: 'staging', revision: 1 }),
    ];
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^slipway-release-shop-eu-staging-[0-9a-f]{8}-1$/);
    const long = recordName({ app: 'a'.repeat(200), environment: 'b'.repeat(200), revision: 12 });
    expect(long.length).toBeLessThanOrEqual(220);
  });

  it('hb-11: above 1 MiB is split over several Secrets, each of which the API server takes', () => {
    const large = release(['a', 'b', 'c'].map((name) => config(name, randomBytes(400_000).toString('base64'))));
    const { record, objects } = releaseSecrets(large, place);
    expect(objects.length).toBeGreaterThan(1);
    for (const one of [record, ...objects]) expect(bytesOf(one)).toBeLessThanOrEqual(1_048_576);
    expect([record, ...objects].map(({ metadata }) => metadata.name)).toEqual(secretNames('record', objects.length));
    const read = readRecord(record, byName(objects));
    expect(read?.release.objects).toEqual(large.objects);
    expect(read?.release).toMatchObject({ app: 'parking', revision: 7, hash: 'h7' });
  });

  it('hb-11: with a missing part is not taken for a release without objects', () => {
    const large = release([config('a', randomBytes(1_200_000).toString('base64'))]);
    const { record, objects } = releaseSecrets(large, place);
    expect(readRecord(record, byName(objects.slice(1)))).toBeUndefined();
    expect(readRecord(record)).toBeUndefined();
  });

  it('HRD-11: that unpacks to more than a record can be is not read', () => {
    const { record } = releaseSecrets(release(), place);
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '), { level: 1 }).toString('base64');
    expect(readRecord({ ...record, data: { release: bomb } })).toBeUndefined();
  });
});
