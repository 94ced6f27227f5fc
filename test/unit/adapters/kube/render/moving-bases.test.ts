import { describe, expect, it } from 'vitest';
import { movingBases } from '../../../../../src/adapters/kube/render/moving-bases.ts';
import { folder } from '../../../../support/kube/chart.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('remote bases of a kustomization', () => {
  it('CH-19: are named where they name no commit, in local bases and components as well', async () => {
    const root = folder({
      'overlay/kustomization.yaml': `resources: [../base, web.yaml, "https://github.com/acme/base//k8s?ref=${COMMIT}", "github.com/acme/other?ref=main"]\ncomponents: [../part]`,
      'base/kustomization.yml': 'resources: ["https://raw.githubusercontent.com/acme/base/main/x.yaml", ../overlay]',
      'part/Kustomization': 'resources: ["git@github.com:acme/part.git?ref=v1.2.3"]',
    });
    expect(await movingBases(`${root}/overlay`)).toEqual([
      'https://raw.githubusercontent.com/acme/base/main/x.yaml',
      'github.com/acme/other?ref=main',
      'git@github.com:acme/part.git?ref=v1.2.3',
    ]);
  });
});
