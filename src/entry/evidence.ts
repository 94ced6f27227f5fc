import { jobIdentities } from '../adapters/github/job-identity.ts';
import { OciReferrers } from '../adapters/oci/referrers.ts';
import type { OciRegistry } from '../adapters/oci/registry.ts';
import type { Config } from '../config/schema.ts';
import { requiredTests } from '../config/tests.ts';
import { requiredSuites } from '../plan/evidence/required.ts';
import { wantedSigner } from '../plan/evidence/signer.ts';
import type { Here } from '../plan/evidence/trust.ts';
import type { GitHub, Identities, Referrers } from '../ports.ts';
import { type CheckEvidence, requireEvidence } from '../stages/evidence/require.ts';
import { type VerifyBuilders, verifyBuilders } from '../stages/evidence/verify.ts';
import type { Run } from './context.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';

/** The ports of evidence beside the images of a registry. */
export interface EvidencePorts {
  referrers: Referrers;
  identities: Identities;
  github: Pick<GitHub, 'treeOf'> | undefined;
}

export function evidencePorts(run: Run, registry: OciRegistry): EvidencePorts {
  const identities = jobIdentities(run.env, (secret) => run.log.mask(secret), run.signal);
  return { referrers: new OciReferrers(registry.clients), identities, github: gitHubOf(run) };
}

/**
 * This run, as it judges evidence. Its commit is that of the workflow: for a pull request the merge that GitHub tries, not the
 * head that is checked out.
 */
export function hereOf(run: Run): Here {
  const { repository, sha } = run.event();
  return { repositoryId: repository.id, defaultBranch: repository.defaultBranch, sha: run.env.GITHUB_SHA || sha };
}

/** The check of `environments.<name>.verify`, before a promotion writes anything; undefined where slipway.yml does not ask for it. */
export function buildersCheck(run: Run, config: Config, environment: string): VerifyBuilders | undefined {
  const wanted = wantedSigner(environment, config, run.event().repository);
  if (wanted === undefined) return undefined;
  return (images, commit) => {
    const here = { ...hereOf(run), sha: commit };
    return verifyBuilders(images, wanted, here, evidencePorts(run, registryOf(run)));
  };
}

/**
 * The check of `tests.required`, before a deploy writes anything; undefined where slipway.yml requires nothing.
 * @param of the commit whose tree counts: that of this run, or that of the release which is promoted
 */
export function evidenceCheck(run: Run, config: Config, of: 'run' | 'release'): CheckEvidence | undefined {
  if (requiredTests(config).length === 0) return undefined;
  const required = requiredSuites(config, of === 'run');
  return (images, commit) => {
    const here = of === 'run' ? hereOf(run) : { ...hereOf(run), sha: commit };
    return requireEvidence(images, required, here, evidencePorts(run, registryOf(run)));
  };
}
