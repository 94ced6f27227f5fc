import { describe, expect, it } from 'vitest';
import {
  referrersIndex,
  referrersTag,
  subjectOfTag,
  withReferrer,
} from '../../../../src/objects/oci/referrers-index.ts';

const hex = 'a1'.repeat(32);
const entry = (digest: string, artifactType = 'application/spdx+json') => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
  size: 7,
  artifactType,
  annotations: { a: 'b' },
});

describe('the tag scheme of referrers', () => {
  it.each([
    [`sha256-${hex}`, `sha256:${hex}`],
    [`sha256-${hex}.sig`, `sha256:${hex}`],
    [`sha256-${hex}.att`, `sha256:${hex}`],
    [`sha256-${hex}0`, undefined],
    [`x-sha256-${hex}`, undefined],
    ['main', undefined],
  ])('%s is about %s', (tag, subject) => expect(subjectOfTag(tag)).toBe(subject));

  it('has one tag for a digest', () => {
    expect(referrersTag(`sha256:${hex}`)).toBe(`sha256-${hex}`);
    expect(referrersTag(`sha512:${hex}${hex}`)).toBe(`sha512-${hex}`);
  });

  it('holds an artifact once, as it was written last', () => {
    const [one, two, again] = [entry('sha256:1'), entry('sha256:2'), entry('sha256:1', 'x')];
    expect(withReferrer(withReferrer([one], two), again)).toEqual([two, again]);
  });

  it('keeps type and annotations of each entry', () => {
    const text = referrersIndex([entry('sha256:1')]).toString();
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [entry('sha256:1')],
    });
  });
});
