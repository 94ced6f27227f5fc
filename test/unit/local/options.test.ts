import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../local/options.ts';

describe('options of the local platform', () => {
  it('builds everything here when nothing is named', () => {
    expect(parseOptions([])).toEqual({ kind: false, k3d: false, purge: false, json: false });
  });

  it('takes a cluster that the user has by both its file and its context', () => {
    expect(parseOptions(['--kubeconfig', 'a.yaml', '--context', 'dev'])).toMatchObject({
      kubeconfig: 'a.yaml',
      context: 'dev',
    });
  });

  it.each([
    [['--kubeconfig', 'a.yaml'], /go together/],
    [['--context', 'dev'], /go together/],
    [['--kind', '--kubeconfig', 'a', '--context', 'b'], /exclude each other/],
    [['--kind', '--k3d'], /exclude each other/],
    [['--nonsense'], /--nonsense/],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
