import { describe, expect, it } from 'vitest';
import { componentsOf, deletionOrder } from '../../../../src/plan/clean/components.ts';
import { type Judging, judge } from '../../../../src/plan/clean/judge.ts';
import { readSightings, sightingsText } from '../../../../src/plan/clean/sightings.ts';
import type { StoredManifest } from '../../../../src/ports.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 5, 1);
const digest = (number: number) => `sha256:${String(number).padStart(64, '0')}`;

function manifest(number: number, more: Partial<StoredManifest> = {}): StoredManifest {
  const known = { digest: digest(number), mediaType: 'x', size: 1, artifactType: undefined, config: undefined };
  return { ...known, layers: [], manifests: [], subject: undefined, annotations: {}, ...more };
}
const child = (number: number) => ({ mediaType: 'x', digest: digest(number), size: 1 });

function state(manifests: StoredManifest[], tags: Record<string, number> = {}) {
  return {
    manifests: new Map(manifests.map((one) => [one.digest, one])),
    tags: new Map(Object.entries(tags).map(([tag, number]) => [tag, digest(number)])),
    storedAt: new Map<string, number>(),
  };
}

/** One image with this tag: judged with everything against it, unless `more` says otherwise. */
function fateOf(tag: string, more: Partial<Judging> = {}) {
  const of = more.state ?? state([manifest(1)], { [tag]: 1 });
  const [component] = componentsOf(of);
  if (!component) throw new Error('no component');
  const judged = judge(component, {
    state: of,
    roots: { digests: new Map(), tags: new Map() },
    open: new Set(),
    retention: { keepForMs: 30 * DAY_MS, keepTags: [], expireTags: [] },
    sightings: new Map([[digest(1), NOW - DAY_MS]]),
    built: new Map([[digest(1), { labels: { ours: 'yes' }, createdAt: NOW - 40 * DAY_MS }]]),
    isOurs: ({ ours }) => ours === 'yes',
    now: NOW,
    ...more,
  });
  return [judged.fate, judged.because];
}

describe('an image stays', () => {
  const retention = { keepForMs: 30 * DAY_MS, keepTags: ['sha-aaaaaaa*'], expireTags: ['feature-*'] };

  it.each([
    ['main', {}, 'needed', 'the tag main stays'],
    ['1.4.2', {}, 'needed', 'the tag 1.4.2 stays'],
    ['pr-7', { open: new Set([7]) }, 'needed', 'pull request #7 is open'],
    ['sha-aaaaaaa1', { retention }, 'needed', 'the tag sha-aaaaaaa1 stays'],
    [
      'sha-0123456',
      { roots: { digests: new Map([[digest(1), 'web runs it']]), tags: new Map() } },
      'needed',
      'web runs it',
    ],
    [
      'src-2-00',
      { roots: { digests: new Map(), tags: new Map([['src-2-00', 'web runs it']]) } },
      'needed',
      'web runs it',
    ],
    ['sha-0123456', { built: new Map() }, 'foreign', 'this app of this repository did not build it'],
    [
      'sha-0123456',
      { built: new Map([[digest(1), { labels: {}, createdAt: 0 }]]) },
      'foreign',
      'this app of this repository did not build it',
    ],
    [
      'sha-0123456',
      { built: new Map([[digest(1), { labels: { ours: 'yes' }, createdAt: NOW - 29 * DAY_MS }]]) },
      'young',
      'it is 29 days old',
    ],
  ])('with the tag %s and %j', (tag, more, fate, because) => {
    expect(fateOf(tag, more)).toEqual([fate, because]);
  });

  it('for the day after nothing needs it, and while its date is not known', () => {
    expect(fateOf('sha-0123456', { sightings: new Map() })[0]).toBe('unneeded');
    const built = new Map([[digest(1), { labels: { ours: 'yes' }, createdAt: 0 }]]);
    expect(fateOf('sha-0123456', { built })).toEqual(['young', 'it is 1 day old']);
  });

  it('when the registry took it a short time ago, whatever date it has', () => {
    const of = { ...state([manifest(1)], { 'sha-0123456': 1 }), storedAt: new Map([[digest(1), NOW - DAY_MS]]) };
    expect(fateOf('sha-0123456', { state: of })).toEqual(['young', 'it is 1 day old']);
  });
});

it.each([
  ['sha-0123456789ab', {}],
  ['sha-0123456789ab-01234567', {}],
  ['pr-7', { open: new Set([8]) }],
  ['fork-0123', {}],
  ['src-pr-2-0123', {}],
  ['feature-x', { retention: { keepForMs: 0, keepTags: [], expireTags: ['feature-*'] } }],
])('an image with the tag %s alone is due after a day', (tag, more) => {
  expect(fateOf(tag, more)).toEqual(['due', 'no release, environment or tag needs it, and it is 40 days old']);
});

describe('what belongs together', () => {
  const tag = `sha256-${digest(1).slice('sha256:'.length)}`;
  const all = [
    manifest(1),
    manifest(2),
    manifest(3, { manifests: [child(1), child(2)] }),
    manifest(4, { subject: digest(3) }),
    manifest(5, { manifests: [child(6)] }),
    manifest(6, { subject: digest(1) }),
    manifest(7, { subject: digest(99) }),
  ];

  it('is an index with its manifests, and all that refers to them, by subject or by tag', () => {
    const components = componentsOf(state(all, { [tag]: 5, main: 3 }));
    const numbers = components.map(({ manifests }) => manifests.map((one) => Number(one.digest.slice(-2))).sort());
    expect(numbers).toEqual([[1, 2, 3, 4, 5, 6], [7]]);
    expect(components[0]?.tags).toEqual([tag, 'main']);
  });

  it('is deleted before what it points at', () => {
    const [component] = componentsOf(state(all, { [tag]: 5, main: 3 }));
    const order = deletionOrder(component ?? { manifests: [], tags: [] }).map((one) => one.digest);
    const precedes = (a: number, b: number) => expect(order.indexOf(digest(a))).toBeLessThan(order.indexOf(digest(b)));
    precedes(3, 1);
    precedes(4, 3);
    precedes(5, 6);
    precedes(6, 1);
    expect(order).toHaveLength(6);
  });
});

describe('the sightings', () => {
  it('are read as they were written', () => {
    const sightings = new Map([[digest(1), NOW]]);
    expect(readSightings(sightingsText(sightings))).toEqual(sightings);
  });

  it.each(['', '7', '{}', '{"seen":{"x":"2026-06-01"}}', `{"seen":{"${digest(1)}":"soon"}}`])(
    'of another text (%s) are not read',
    (text) => expect(readSightings(text)).toBeUndefined(),
  );
});
