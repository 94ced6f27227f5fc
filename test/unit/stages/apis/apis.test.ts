import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { ApiRecord } from '../../../../src/preflight/side-by-side/api-record.ts';
import { APIS_TYPE } from '../../../../src/stages/apis/artifact.ts';
import { attachApis } from '../../../../src/stages/apis/attach.ts';
import { apisOfImages } from '../../../../src/stages/apis/read.ts';
import { readServed, writeServed } from '../../../../src/stages/apis/record.ts';
import { errorOf } from '../../../support/refusal.ts';
import { MemoryReferrers } from '../../../support/unit/memory-evidence.ts';
import { MemoryFiles } from '../../../support/unit/memory-files.ts';

const repository = 'localhost:5000/apps/parking';
const digest = `sha256:${'a'.repeat(64)}`;
const images = { parking: `${repository}@${digest}` };
const apis = (path: string): ApiRecord => ({
  'Deployment parking': { openapi: '3.1.0', paths: { [path]: { get: {} } } },
});

const attach = (referrers: MemoryReferrers, record: ApiRecord, now: number, signal = new AbortController().signal) =>
  attachApis({ repository, digest }, record, { referrers, clock: { now: () => now }, signal });

describe('the description of an API beside an image', () => {
  it('is attached once, and the newest one counts', async () => {
    const referrers = new MemoryReferrers();
    const days = (count: number) => count * 86_400_000;
    expect(await apisOfImages(images, referrers)).toEqual({});
    expect(await attach(referrers, apis('/old'), days(1))).toBeUndefined();
    expect(await attach(referrers, apis('/old'), days(2))).toBeUndefined();
    expect(referrers.artifacts.get(digest)).toHaveLength(1);
    expect(await attach(referrers, apis('/new'), days(3))).toBeUndefined();
    expect(referrers.artifacts.get(digest)).toHaveLength(2);
    referrers.artifacts.get(digest)?.reverse();
    expect(await apisOfImages(images, referrers)).toEqual(apis('/new'));
  });

  it('is that of all images of a release', async () => {
    const referrers = new MemoryReferrers();
    const other = `sha256:${'b'.repeat(64)}`;
    await attach(referrers, apis('/spots'), 0);
    expect(await apisOfImages({ ...images, web: `${repository}/web@${other}` }, referrers)).toEqual(apis('/spots'));
  });

  it('that is too large, or that the registry refuses, is a warning of the push', async () => {
    const referrers = new MemoryReferrers();
    const noise = Array.from({ length: 150_000 }, (_, at) => createHash('sha256').update(String(at)).digest('hex'));
    const large: ApiRecord = { a: { openapi: '3.1.0', paths: {}, 'x-noise': noise } };
    expect(await attach(referrers, large, 0)).toBe(
      `${repository}@${digest} has no description of its API, so no later release is compared with it: it is larger than 4 MiB, compressed`,
    );
    expect(referrers.artifacts.size).toBe(0);
    referrers.attach = () => Promise.reject(new UserError('the registry refuses'));
    expect(await attach(referrers, apis('/'), 0)).toMatch(/: the registry refuses$/);
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(attach(referrers, apis('/'), 0, cancelled)).rejects.toThrow('cancelled');
  });

  it.each([
    ['no gzip', Buffer.from('{}')],
    ['no record', gzipSync('[1]')],
    ['a text that grows beyond all bounds', gzipSync(`{${' '.repeat(70 * 2 ** 20)}}`)],
  ])('that is %s is refused by name', async (_, content) => {
    const referrers = new MemoryReferrers();
    const layers = [{ mediaType: `${APIS_TYPE}+gzip`, content }];
    await referrers.attach(repository, digest, { artifactType: APIS_TYPE, annotations: {}, layers });
    const error = await errorOf(apisOfImages(images, referrers));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`the description of the API of ${images.parking} holds no documents of preflight`);
  });
});

it('the record of preflight is that of the same image and commit alone', async () => {
  const files = new MemoryFiles();
  const about = { image: 'sha256:1', name: 'parking', commit: 'c1' };
  await writeServed(files, '/apis', { ...about, apis: apis('/') });
  expect(await readServed(files, '/apis', about)).toEqual(apis('/'));
  for (const other of [{ image: 'sha256:2' }, { commit: 'c2' }, { name: 'web' }])
    expect(await readServed(files, '/apis', { ...about, ...other })).toBeUndefined();
  await files.write('/apis/parking.json', '{');
  expect(await readServed(files, '/apis', about)).toBeUndefined();
});
