import { expect, it } from 'vitest';
import { ociLabels, rfc3339 } from '../../../../src/plan/images/labels.ts';
import { pullRequest, push } from '../../../support/unit/events.ts';

it('labels an image with where it comes from', () => {
  expect(ociLabels(push(), 'parking', 1_700_000_000)).toEqual({
    'org.opencontainers.image.title': 'parking',
    'org.opencontainers.image.source': 'https://github.example.com/acme/parking',
    'org.opencontainers.image.revision': '0123456789abcdef0123456789abcdef01234567',
    'org.opencontainers.image.version': 'main',
    'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
    'slipway.dev/app': 'parking',
    'slipway.dev/repository-id': '7',
  });
});

it('labels the image of a pull request with its number, so that it can be removed with it', () => {
  expect(ociLabels(pullRequest(), 'parking', 0)).toMatchObject({
    'slipway.dev/pull-request': '12',
    'org.opencontainers.image.version': 'pr-12',
  });
});

it('writes dates in UTC, whole seconds', () => {
  expect(rfc3339(0)).toBe('1970-01-01T00:00:00Z');
});
