import type { Config } from '../../config/schema.ts';
import type { JobIdentity } from '../../ports.ts';
import { matchesGlob } from '../../text/glob.ts';
import type { Believed } from './pick.ts';

/** Who must have built an image before it is promoted: `environments.<name>.verify`. */
export interface WantedSigner {
  /** Name of the environment, for messages. */
  environment: string;
  repositoryId: number;
  /** Workflow files of the repository: .github/workflows/slipway.yml */
  workflows: readonly string[];
  /** Full refs; * stands for any text. */
  refs: readonly string[];
  /** Reusable workflows of the job, owner/name/path@ref, with *; undefined: any, and none. */
  reusable: readonly string[] | undefined;
}

/** @returns undefined for an environment without `verify` */
export function wantedSigner(
  environment: string,
  config: Pick<Config, 'environments'>,
  repository: { id: number; defaultBranch: string },
): WantedSigner | undefined {
  const verify = config.environments?.[environment]?.verify;
  if (verify === undefined) return undefined;
  return {
    environment,
    repositoryId: verify.repositoryId ?? repository.id,
    workflows: listOf(verify.workflow),
    refs: verify.refs ?? [`refs/heads/${repository.defaultBranch}`],
    reusable: verify.reusable === undefined ? undefined : listOf(verify.reusable),
  };
}

function listOf(value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Why a job is not one that may have built the image; undefined: it is. */
export function refusedSigner(job: JobIdentity, wanted: WantedSigner): string | undefined {
  if (job.repositoryId !== String(wanted.repositoryId))
    return `repository ${job.repository} has the id ${job.repositoryId}, and not ${wanted.repositoryId}`;
  const [file = ''] = job.workflow.slice(job.repository.length + 1).split('@', 1);
  if (!job.workflow.startsWith(`${job.repository}/`) || !wanted.workflows.includes(file))
    return `the workflow is ${job.workflow}, and not ${wanted.workflows.join(' or ')}`;
  if (!wanted.refs.some((ref) => matchesGlob(ref, job.ref)))
    return `the ref is ${job.ref}, and not ${wanted.refs.join(' or ')}`;
  if (wanted.reusable !== undefined && !wanted.reusable.some((one) => matchesGlob(one, job.jobWorkflow)))
    return `the steps are those of ${job.jobWorkflow}, and not of ${wanted.reusable.join(' or ')}`;
  return undefined;
}

/** The job that built the image, or why each statement about its build does not count. */
export function builderOf(
  believed: readonly Believed[],
  wanted: WantedSigner,
): { job: JobIdentity; run: string } | { refused: string[] } {
  const refused: string[] = [];
  for (const { facts, signer } of believed) {
    if (facts.kind !== 'build') continue;
    const reason = refusedSigner(signer, wanted);
    if (reason === undefined) return { job: signer, run: facts.build.run };
    refused.push(reason);
  }
  return { refused: [...new Set(refused)] };
}
