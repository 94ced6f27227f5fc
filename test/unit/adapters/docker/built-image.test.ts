import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findBuilt, idsIn } from '../../../../src/adapters/docker/built-image.ts';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { LocalImage } from '../../../../src/ports.ts';
import { localImage } from '../../../support/unit/memory-registry.ts';

const [CONFIG, MANIFEST, OTHER] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
];
const METADATA = JSON.stringify({
  'buildx.build.ref': 'default/default/x',
  'containerimage.config.digest': CONFIG,
  'containerimage.digest': MANIFEST,
  'image.name': 'r.dev/a:1',
});

describe('the image that a builder has built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-built-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const request = { tags: ['r.dev/a:1', 'r.dev/a:2'], labels: { key: 'k' } };
  const find = (text: string | undefined, engine: Record<string, LocalImage>) => {
    const file = join(folder, text === undefined ? 'absent' : 'result');
    if (text !== undefined) writeFileSync(file, text);
    return findBuilt(request, file, async (name) => engine[name]);
  };
  const own = { ...localImage(OTHER), labels: { key: 'k', 'of.base': 'x' } };

  it.each([
    [METADATA, [CONFIG, MANIFEST]],
    [JSON.stringify({ 'containerimage.digest': CONFIG }), [CONFIG]],
    [`${CONFIG}\n`, [CONFIG]],
    [JSON.stringify({ 'containerimage.digest': '--all' }), []],
    ['{', []],
    ['', []],
    ['r.dev/a:1', []],
  ])('has the ids of %j', (text, ids) => {
    expect(idsIn(text)).toEqual(ids);
  });

  it('is that of an id, whatever a name means', async () => {
    for (const id of [CONFIG, MANIFEST])
      expect(await find(METADATA, { [id]: localImage(id), 'r.dev/a:1': own })).toMatchObject({ id });
  });

  it('is that of a name whose labels are those of the build, where the engine gave it an id of its own', async () => {
    const moved = { ...own, labels: { key: 'another build' } };
    expect(await find(METADATA, { 'r.dev/a:1': moved, 'r.dev/a:2': own })).toBe(own);
    expect(await find(undefined, { 'r.dev/a:1': own })).toBe(own);
    const lost = find(METADATA, { 'r.dev/a:1': moved });
    await expect(lost).rejects.toThrow(EnvironmentError);
    await expect(lost).rejects.toThrow('the Docker engine does not have');
  });
});
