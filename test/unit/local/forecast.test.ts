import { describe, expect, it } from 'vitest';
import { type Facts, forecast, readFacts, wayOf } from '../../../local/forecast.mjs';

/** A bare Debian server, where the cluster is built. */
const server: Facts = {
  ...{ os: 'linux', arch: 'x64', root: true, memory: 8, disk: 100, processors: 2, go: '1.24', apt: true },
  ...{ docker: 'absent', buildx: false, hub: false, kind: false, k3d: false, kubectl: false, up: false, built: false },
};
const laptop: Facts = {
  ...server,
  ...{ os: 'darwin', arch: 'arm64', root: false, apt: false, go: undefined, processors: 8 },
  ...{ docker: 'answers', buildx: true, hub: true, kind: true, kubectl: true },
};

describe('the way to a cluster', () => {
  it.each<[string, Partial<Facts>, string]>([
    ['kind', {}, 'kind'],
    ['k3d', { kind: false, k3d: true }, 'k3d'],
    ['kind before k3d', { k3d: true }, 'kind'],
    ['a platform that is up', { up: true }, 'up'],
    ['nothing without kind and k3d', { kind: false }, 'none'],
    ['nothing without kubectl', { kubectl: false }, 'none'],
    ['nothing without Docker', { docker: 'absent' }, 'none'],
    ['nothing while Docker is not started', { docker: 'silent' }, 'none'],
    ['nothing without buildx', { buildx: false }, 'none'],
    ['nothing where no image can be pulled', { hub: false }, 'none'],
  ])('of a laptop is %s', (_, facts, way) => {
    expect(wayOf({ ...laptop, ...facts }).name).toBe(way);
  });

  it.each<[string, Partial<Facts>, string]>([
    ['the build', {}, 'build'],
    [
      'kind, where images can be pulled',
      { ...laptop, ...server, docker: 'answers', buildx: true, hub: true, kind: true, kubectl: true },
      'kind',
    ],
    [
      'the programs that were built before',
      { ...laptop, ...server, kind: true, docker: 'answers', built: true },
      'build',
    ],
    ['nothing without root', { root: false }, 'none'],
    ['nothing with an old Go', { go: '1.23' }, 'none'],
    ['nothing without Go', { go: undefined }, 'none'],
    ['nothing without apt-get', { apt: false }, 'none'],
    ['nothing with 2 GB of memory', { memory: 2 }, 'none'],
    ['nothing with a full disk', { disk: 3 }, 'none'],
    ['the build with a newer Go', { go: '2.0' }, 'build'],
  ])('of a server is %s', (_, facts, way) => {
    expect(wayOf({ ...server, ...facts }).name).toBe(way);
  });

  it('is what the user asks for, before anything else', () => {
    expect(wayOf(laptop, ['--kubeconfig', 'a', '--context', 'b'])).toEqual({ name: 'user' });
    expect(wayOf({ ...server, up: true }, ['--k3d'])).toEqual({ name: 'k3d' });
    expect(wayOf(server, ['--app', 'parking', '--kind'])).toEqual({ name: 'kind' });
  });

  it('takes less time on more processors, and a minute once it is built', () => {
    expect(wayOf(server)).toEqual({ name: 'build', minutes: 12 });
    expect(wayOf({ ...server, processors: 8 })).toEqual({ name: 'build', minutes: 6 });
    expect(wayOf({ ...server, built: true })).toEqual({ name: 'build', minutes: 1 });
  });
});

describe('the forecast', () => {
  const text = (facts: Facts, args: string[] = []) => forecast(facts, wayOf(facts, args)).join('\n');

  it('names what is missing, and what to do about it', () => {
    const told = text({ ...laptop, kind: false, kubectl: false, docker: 'silent' });
    expect(told).toContain(
      'This machine: macOS arm64, 8 processors, 8 GB of memory, Docker does not answer, not root.',
    );
    expect(told).toContain('a node of Kubernetes runs on Linux only');
    expect(told).toContain('for kind: start Docker Desktop, Colima or OrbStack; brew install kind kubectl');
    expect(told).toContain('--kubeconfig FILE --context NAME');
    expect(told).toContain('✓ npm run test:unit');
    expect(text({ ...server, root: false })).toContain('run as root on Debian or Ubuntu, with Go');
  });

  it('says of a way that the tests do not run that they do not', () => {
    expect(text(laptop)).toContain('do not run kind, k3d or macOS');
    expect(text(server)).not.toContain('do not run');
    expect(text(server)).toContain('about 12 minutes');
    expect(text({ ...server, up: true })).toContain('earlier run');
    expect(text(server, ['--kubeconfig=a', '--context=b'])).toContain('Your cluster');
  });

  it('is there within a second, on this machine', async () => {
    const started = performance.now();
    const facts = await readFacts({ ...process.env, PATH: '/nonexistent' });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(facts).toMatchObject({ os: process.platform, docker: 'absent', kind: false, go: undefined });
    expect(facts.memory).toBeGreaterThan(0);
    expect(facts.disk).toBeGreaterThan(0);
  });
});
