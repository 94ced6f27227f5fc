import { describe, expect, it } from 'vitest';
import { helmSource } from '../../../src/plan/helm-source.ts';
import { refusal } from '../../support/refusal.ts';

const path = (template: string) => `/work/${template}`;
const DIGEST = `@sha256:${'1'.repeat(64)}`;

describe('CH-19, hb-31: the chart of slipway.yml', () => {
  it('is a folder of the checkout, or pinned elsewhere', () => {
    expect(helmSource({ chart: 'chart', values: ['a.yaml'] }, 'parking', path)).toEqual({
      from: 'helm',
      chart: '/work/chart',
      remote: undefined,
      values: ['/work/a.yaml'],
      set: {},
      variables: {},
      crds: true,
      release: 'parking',
    });
    const remote = (config: Parameters<typeof helmSource>[0]) => {
      const { chart, remote: from } = helmSource(config, 'parking', path);
      return [chart, from?.repository, from?.version];
    };
    expect(remote({ chart: 'oci://reg.example/shop', version: '1.2.3' })).toEqual([
      'oci://reg.example/shop',
      undefined,
      '1.2.3',
    ]);
    expect(remote({ chart: `oci://reg.example/shop${DIGEST}` })).toEqual([
      `oci://reg.example/shop${DIGEST}`,
      undefined,
      undefined,
    ]);
    expect(remote({ chart: 'shop', repository: 'https://c.example', version: '1.2.3' })).toEqual([
      'shop',
      'https://c.example',
      '1.2.3',
    ]);
  });

  it.each([
    [{ chart: 'oci://reg.example/shop' }, 'names no version'],
    [{ chart: 'shop', repository: 'https://c.example' }, 'names no version'],
    [
      { chart: 'oci://reg.example/shop', repository: 'https://c.example', version: '1.2.3' },
      'it must be the name of a chart',
    ],
    [{ chart: 'https://c.example/shop-1.2.3.tgz' }, 'neither a folder nor an oci:// reference'],
    [{ chart: 'chart', version: '1.2.3' }, 'has the version of its Chart.yaml'],
  ])('%j is refused', (config, message) => {
    expect(refusal(() => helmSource(config, 'parking', path)).message).toContain(message);
  });
});
