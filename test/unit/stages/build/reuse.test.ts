import { describe, expect, it } from 'vitest';
import type { PipelineEvent } from '../../../../src/event/pipeline-event.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import { builtName } from '../../../../src/plan/images/tags.ts';
import type { LocalImage } from '../../../../src/ports.ts';
import type { BuildPorts } from '../../../../src/stages/build/ports.ts';
import { reusable } from '../../../../src/stages/build/reuse.ts';
import type { BuildKey } from '../../../../src/stages/build/sources.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { pullRequest, push } from '../../../support/unit/events.ts';
import { localImage } from '../../../support/unit/memory-registry.ts';

const KEY = `2:${'ab'.repeat(32)}`;
const key: BuildKey = { key: KEY, parts: { 'the context': '2' }, contexts: {}, open: [], images: {}, pull: false };
const image = (id: string, event: PipelineEvent, created = '2026-01-01'): LocalImage => ({
  ...localImage(id),
  tags: [`ghcr.io/acme/parking:${id}`, builtName(event, KEY)],
  labels: { 'slipway.dev/source-key': KEY },
  created,
});

/** As the engine filters them, by a label and its value. */
const listed = (images: readonly LocalImage[]) => async (labels: Record<string, string>) =>
  images.filter((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value));

const TAGS = ['ghcr.io/acme/parking:sha-1'];

async function reused(event: PipelineEvent, ...images: LocalImage[]) {
  return reusedFor(TAGS, event, ...images);
}

async function reusedFor(tags: string[], event: PipelineEvent, ...images: LocalImage[]) {
  const log = memoryLog();
  const ports = { builder: { listImages: listed(images) }, log } as unknown as BuildPorts;
  const found = await reusable({ event, app: 'parking', tags } as BuildPlan, key, 'api', ports);
  return { id: found?.id, lines: log.lines };
}

describe('an image that is used in place of a build', () => {
  it('is the newest one that this engine built from the same sources', async () => {
    const images = [image('old', push()), image('new', push(), '2026-02-01')];
    expect((await reused(push(), ...images)).id).toBe('new');
    expect((await reused(push())).id).toBeUndefined();
  });

  it('of a stage for tests, which has no tag of its own, is built where there is none', async () => {
    const { id, lines } = await reusedFor([], push());
    expect(id).toBeUndefined();
    expect(lines.join('\n')).toContain('no image of these sources');
  });

  it('F17: is not that of a pull request, nor the other way round, and the log says so', async () => {
    const ofPullRequest = image('pr', pullRequest());
    expect((await reused(pullRequest(), ofPullRequest)).id).toBe('pr');
    for (const event of [push(), pullRequest({ number: 13 })]) {
      const { id, lines } = await reused(event, ofPullRequest);
      expect(id).toBeUndefined();
      expect(lines.join('\n')).toMatch(
        /api: The engine has an image of the same sources.*pull requests share no images/,
      );
    }
    expect((await reused(pullRequest(), image('main', push()))).id).toBeUndefined();
  });

  it('SEC-24: is not one that was pulled or loaded, whatever its labels say', async () => {
    const pulled = { ...image('evil', push()), tags: ['ghcr.io/mallory/cache:1', `ghcr.io/mallory/built:${KEY}`] };
    expect((await reused(push(), pulled)).id).toBeUndefined();
    expect((await reused(push(), { ...pulled, tags: [] })).id).toBeUndefined();
  });

  it('is none when a part changed or the image is gone, and the log says which', async () => {
    const earlier = (parts: object): LocalImage => ({
      ...localImage('sha256:before'),
      tags: ['ghcr.io/acme/parking:main'],
      labels: {
        'slipway.dev/app': 'parking',
        'slipway.dev/repository-id': '7',
        'slipway.dev/source-parts': JSON.stringify(parts),
      },
    });
    const why = async (...images: LocalImage[]) => (await reused(push(), ...images)).lines.join();
    expect(await why()).toContain('no earlier image to compare with');
    expect(await why(earlier({ 'the context': '1' }))).toContain('Since sha256:before, the context changed.');
    expect(await why(earlier({ 'the context': '2', 'image a:1': '3' }))).toContain('image a:1 changed');
    expect(await why(earlier({ 'the context': '2' }))).toContain('is gone from the engine');
    expect(await why({ ...earlier({ 'the context': '1' }), tags: ['ghcr.io/acme/other:main'] })).toContain(
      'no earlier',
    );
  });
});
