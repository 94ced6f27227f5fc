import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { builderOf, refusedSigner, wantedSigner } from '../../../../src/plan/evidence/signer.ts';
import type { JobIdentity } from '../../../../src/ports.ts';
import { job, pullRequestJob } from '../../../support/unit/memory-evidence.ts';

const FILE = '.github/workflows/main.yml';
const configOf = (verify: string) =>
  parseConfig(
    `app: parking\nimage: { repository: ghcr.io/acme/parking }\nenvironments:\n  staging: { namespace: s }\n  production: { namespace: p, promoteFrom: staging, verify: ${verify} }\n`,
    'slipway.yml',
  );
const wantedOf = (verify: string) => wantedSigner('production', configOf(verify), { id: 7, defaultBranch: 'main' });
const wanted = wantedOf(`{ workflow: ${FILE} }`);
const REUSABLE = 'slipway-deploy/slipway/.github/workflows/main.yml';

describe('S3: who may have built an image that is promoted', () => {
  it('is a run of the named workflow on the default branch of this repository', () => {
    expect(wanted).toEqual({
      ...{ environment: 'production', repositoryId: 7, workflows: [FILE] },
      ...{ refs: ['refs/heads/main'], reusable: undefined },
    });
    expect(refusedSigner(job(), wanted as NonNullable<typeof wanted>)).toBeUndefined();
  });

  it.each<[string, string, JobIdentity, RegExp | undefined]>([
    ['another repository of the same name', '', job({ repositoryId: '8' }), /has the id 8, and not 7/],
    [
      'another workflow',
      '',
      job({ workflow: 'acme/parking/.github/workflows/evil.yml@refs/heads/main' }),
      /the workflow is .*evil/,
    ],
    [
      'a workflow of another repository',
      '',
      job({ workflow: `mallory/x/${FILE}@refs/heads/main` }),
      /the workflow is mallory/,
    ],
    [
      'a repository whose name begins alike',
      '',
      job({ workflow: `acme/parking-x/${FILE}@refs/heads/main` }),
      /the workflow is/,
    ],
    ['another branch', '', job({ ref: 'refs/heads/main2' }), /the ref is refs\/heads\/main2/],
    ['a tag of the name of the branch', '', job({ ref: 'refs/tags/main' }), /the ref is refs\/tags\/main/],
    ['a pull request', '', pullRequestJob(), /the ref is refs\/pull\/12\/merge/],
    [
      'a tag that a pattern allows',
      ', refs: [refs/heads/main, "refs/tags/v*"]',
      job({ ref: 'refs/tags/v1.2' }),
      undefined,
    ],
    ['a tag beside the pattern', ', refs: ["refs/tags/v*"]', job({ ref: 'refs/tags/x-v1' }), /the ref is/],
    ['another repository that is named', ', repositoryId: 8', job({ repositoryId: '8' }), undefined],
    ['this one where another is named', ', repositoryId: 8', job(), /has the id 7, and not 8/],
    [
      'steps of a reusable workflow',
      `, reusable: "${REUSABLE}@refs/tags/v1"`,
      job({ jobWorkflow: `${REUSABLE}@refs/tags/v1` }),
      undefined,
    ],
    [
      'the same at another ref',
      `, reusable: "${REUSABLE}@refs/tags/v1"`,
      job({ jobWorkflow: `${REUSABLE}@refs/heads/evil` }),
      /the steps are those of/,
    ],
    [
      'its own steps where a reusable workflow is asked for',
      `, reusable: "${REUSABLE}@*"`,
      job(),
      /the steps are those of acme\/parking/,
    ],
  ])('%s', (_who, more, identity, reason) => {
    const asked = wantedOf(`{ workflow: ${FILE}${more} }`) as NonNullable<typeof wanted>;
    const refused = refusedSigner(identity, asked);
    if (reason === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(reason);
  });

  it('is said by a statement about the build, and by no other', () => {
    const suite = { kind: 'suite' as const, suite: { name: 'unit', hash: 'h', run: 'r', counts: undefined } };
    const about = { subject: { repository: 'r', digest: 'd' }, byDefaultBranch: true, signer: job() };
    expect(builderOf([{ ...about, facts: suite }], wanted as NonNullable<typeof wanted>)).toEqual({ refused: [] });
  });
});
