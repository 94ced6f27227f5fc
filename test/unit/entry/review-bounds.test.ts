import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/entry/context.ts';
import { reviewBounds } from '../../../src/entry/review-bounds.ts';
import { EnvironmentError, UserError } from '../../../src/errors.ts';
import type { GitHub } from '../../../src/ports.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const BASE = 'app: parking\nimage: { repository: r.example/apps/parking }\n';
const run = (id = 1) =>
  ({
    log: memoryLog(),
    env: { GITHUB_WORKSPACE: '/nowhere/work' },
    common: { workingDirectory: '/nowhere/work/apps/parking', config: 'slipway.yml' },
    event: () => ({ repository: { id, fullName: 'acme/parking', defaultBranch: 'trunk' } }),
  }) as unknown as Run;
const gitHub = (text: string | undefined) => {
  const asked: string[] = [];
  const fileAt = async (path: string, ref: string) => {
    asked.push(`${ref}:${path}`);
    return text;
  };
  return { asked, github: { fileAt } as unknown as GitHub };
};

describe('HRD-2: the slipway.yml that bounds a pull request', () => {
  it('is that of the default branch, at the path of the checkout', async () => {
    const { asked, github } = gitHub(`${BASE}review: { max: 2, variants: { b: { replicas: 3 } } }`);
    const bounds = await reviewBounds(run(), github, 'b');
    expect(asked).toEqual(['trunk:apps/parking/slipway.yml']);
    expect(bounds).toMatchObject({ branch: 'trunk', config: { review: { max: 2, replicas: 3 } } });
    expect((await reviewBounds(run(), github, 'new'))?.config?.review?.max).toBe(2);
  });

  it('may be missing, and is not asked for by hand', async () => {
    expect(await reviewBounds(run(), gitHub(undefined).github, undefined)).toEqual({
      branch: 'trunk',
      config: undefined,
    });
    expect(await reviewBounds(run(0), undefined, undefined)).toBeUndefined();
  });

  it('that cannot be read, or is broken, lets nothing be written', async () => {
    await expect(reviewBounds(run(), undefined, undefined)).rejects.toThrow(EnvironmentError);
    const broken = reviewBounds(run(), gitHub(`${BASE}reviews: {}`).github, undefined);
    await expect(broken).rejects.toThrow(UserError);
    await expect(broken).rejects.toThrow(/trunk:apps\/parking\/slipway\.yml:3:1: unknown key "reviews"/);
  });
});
