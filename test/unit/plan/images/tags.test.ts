import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTag } from '../../../../src/objects/image-reference.ts';
import {
  branchTag,
  handOverName,
  isImmutableTag,
  tagsOf,
  versionLabel,
  versionTags,
} from '../../../../src/plan/images/tags.ts';
import { pullRequest, push } from '../../../support/unit/events.ts';

describe('tags', () => {
  it('are the commit and the branch for a push', () => {
    expect(tagsOf(push())).toEqual(['sha-0123456789ab', 'main']);
    expect(tagsOf(push({ branch: 'feature/Pay_by-Card' }))).toEqual(['sha-0123456789ab', 'feature-pay_by-card']);
  });

  it('are the commit and the number for a pull request, never its branch', () => {
    expect(tagsOf(pullRequest())).toEqual(['sha-0123456789ab', 'pr-12']);
  });

  it('are the version and its movable parts for a Git tag', () => {
    expect(tagsOf(push({ branch: undefined, tag: 'v1.4.2' }))).toEqual(['sha-0123456789ab', '1.4.2', '1.4', '1']);
    expect(versionTags('2.0.0-rc.1')).toEqual(['2.0.0-rc.1']);
    expect(versionTags('v0.3.1')).toEqual(['0.3.1', '0.3']);
    expect(versionTags('v1.2.3+build.5')).toEqual(['1.2.3', '1.2', '1']);
    expect(versionTags('release-2024')).toEqual(['release-2024']);
  });

  it.each(['pr-7', 'sha-0123456789ab', 'latest', '1.2.3', 'v1', '2', 'PR-7', '1.2.3-rc.1'])(
    'of a branch named %s cannot be taken for another kind',
    (branch) => expect(branchTag(branch)).toMatch(/^branch-/),
  );

  it('of any branch are tags, do not look immutable, and stay the same', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (branch) => {
        const tag = branchTag(branch);
        expect(isTag(tag)).toBe(true);
        expect(isImmutableTag(tag)).toBe(false);
        expect(branchTag(branch)).toBe(tag);
      }),
    );
  });

  it('of two long branches that begin alike differ', () => {
    const long = 'x'.repeat(150);
    expect(branchTag(`${long}1`)).not.toBe(branchTag(`${long}2`));
    expect(branchTag(`${long}1`).length).toBeLessThanOrEqual(128);
  });

  it('know which of them never move', () => {
    expect(['sha-0123456789ab', '1.4.2', 'v1.4.2', '1.0.0-rc.1'].map(isImmutableTag)).toEqual(Array(4).fill(true));
    expect(['1.4', '1', 'main', 'pr-12', 'latest', 'sha-tree'].map(isImmutableTag)).toEqual(Array(6).fill(false));
  });

  it('hand the image from action to action', () => {
    expect(handOverName('localhost:5000/apps/parking', push().sha)).toBe(
      'localhost:5000/apps/parking:sha-0123456789ab',
    );
  });

  it('give the version of the label', () => {
    expect(versionLabel(push())).toBe('main');
    expect(versionLabel(pullRequest())).toBe('pr-12');
    expect(versionLabel(push({ branch: undefined, tag: 'v1.4.2' }))).toBe('1.4.2');
  });
});
