import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import type { LocalImage } from '../../../src/ports.ts';
import {
  config,
  END,
  gzipPolyglot,
  keyTwice,
  layout,
  saved,
  sha,
  trailingSlash,
  trailingSlashTwice,
} from '../../support/images/archives.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('archives of images');

describe.skipIf(!platform)('the archive of a stranger, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'archives');
  /** An image that others on this machine use. */
  const victim = `slipway-archive-${process.pid}:17`;
  const builder = new DockerBuilder(rig.env);
  const loaded = new Set<string>();

  const hidden = () => {
    const ids = rig.docker('image', 'ls', '--all', '--quiet', '--no-trunc', '--filter=label=who=hidden').split('\n');
    return ids.filter((id) => id !== '' && !loaded.has(id));
  };
  const archive = (name: string, content: Buffer) => {
    const path = join(rig.folder, `${name}.tar`);
    writeFileSync(path, content);
    return path;
  };
  const load = async (path: string): Promise<LocalImage> => {
    const image = await builder.load(path);
    loaded.add(image.id);
    return image;
  };

  beforeAll(() => {
    rig.build(victim, rig.context({ Dockerfile: `FROM ${rig.base}\nLABEL who=the-real-one\n` }));
  });
  afterAll(async () => {
    for (const id of loaded) rig.docker('image', 'rm', '--force', id);
    rig.docker('image', 'rm', '--force', victim);
    await rig.close();
  });

  it.each([
    ['a folder with content', trailingSlash(victim)],
    ['a folder with content and two images', trailingSlashTwice(victim)],
    ['a key twice in index.json', keyTwice(victim)],
    ['a gzip stream that is a tar archive, too', gzipPolyglot(victim)],
    ['a name', Buffer.concat([saved({}, [victim]), END])],
  ])('SEC-2: with %s takes no name, and leaves nothing after a refusal', async (name, content) => {
    const image = await load(archive(name.replaceAll(' ', '-'), content)).catch((error: unknown) => error as Error);
    expect(rig.docker('image', 'inspect', '--format', '{{json .Config.Labels}}', victim)).toContain('the-real-one');
    expect(hidden()).toEqual([]);
    if (!(image instanceof Error)) expect(image.tags).toEqual([]);
  });

  it('SEC-24: loses the labels that only Slipway gives', async () => {
    const labels = { 'slipway.dev/source-key': 'k', who: 'fork' };
    const image = await load(archive('labels', Buffer.concat([saved({ labels }), END])));
    expect(image.labels).toEqual({ who: 'fork' });
  });

  it('keeps its id, as a file of either layout', async () => {
    const id = `sha256:${sha(config())}`;
    expect((await load(archive('saved', Buffer.concat([saved(), END])))).id).toBe(id);
    expect((await load(archive('layout', layout()))).id).toBe(id);
  });

  it('that docker save has made keeps its id and its files', async () => {
    const context = rig.context({ Dockerfile: `FROM ${rig.base}\nRUN echo "a < b & c" > /x\nHEALTHCHECK CMD true\n` });
    const name = `${rig.repository}:saved`;
    rig.build(name, context);
    const id = rig.docker('image', 'inspect', '--format', '{{.Id}}', name).trim();
    const path = join(rig.folder, 'docker.tar');
    rig.docker('image', 'save', '--output', path, id);
    rig.docker('image', 'rm', '--force', id);
    const image = await load(path);
    expect(image).toMatchObject({ id, tags: [], healthcheck: true });
    const output = execFileSync('docker', ['run', '--rm', '--network=none', id, 'cat', '/x'], { env: rig.env });
    expect(String(output)).toBe('a < b & c\n');
  });
});
