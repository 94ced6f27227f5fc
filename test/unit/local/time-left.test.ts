import { describe, expect, it } from 'vitest';
import { PARTS, TimeLeft } from '../../../local/build/time-left.ts';

const parts = [
  { name: 'kube', seconds: 400, packages: 1000 },
  { name: 'tools', seconds: 100, packages: 100 },
  { name: 'start', seconds: 100, packages: 0 },
];
const at = (seconds: number) => seconds * 1000;

describe('the time left of a cold build', () => {
  it('is the recorded one until the speed of this machine is known', () => {
    expect(new TimeLeft(parts, at(0)).words('kube', 5, at(10))).toBe(
      '5 of about 1000 packages; about 10 min left of 11',
    );
  });

  it('follows the speed of this machine', () => {
    const half = 'about 1000 packages; about';
    expect(new TimeLeft(parts, at(0)).words('kube', 500, at(170))).toBe(`500 of ${half} 7 min left of 10`);
    expect(new TimeLeft(parts, at(0)).words('kube', 500, at(340))).toBe(`500 of ${half} 14 min left of 20`);
  });

  it('counts parts that are built, and leaves out those that were', () => {
    const left = new TimeLeft(parts, at(0));
    left.finish('kube');
    expect(left.words('tools', 100, at(485))).toBe('100 of about 100 packages; about 2 min left of 10');
    const warm = new TimeLeft(parts, at(0));
    warm.skip('kube');
    expect(warm.words('tools', 100, at(85))).toBe('100 of about 100 packages; about 2 min left of 4');
  });

  it('never says that nothing is left while something runs, nor more packages than there are', () => {
    const left = new TimeLeft(parts, at(0));
    left.finish('kube');
    left.finish('tools');
    expect(left.words('kube', 1200, at(900))).toContain('1200 of about 1200 packages; about 1 min left');
  });

  it('of a program that is not in the list is not told', () => {
    expect(new TimeLeft(parts, at(0)).words('contour', 12, at(10))).toBe('12 packages compiled');
  });

  it('knows the recorded parts, each once', () => {
    expect(new Set(PARTS.map(({ name }) => name)).size).toBe(PARTS.length);
  });
});
