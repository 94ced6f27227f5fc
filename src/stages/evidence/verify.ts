import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Images } from '../../objects/images.ts';
import { builderOf, type WantedSigner } from '../../plan/evidence/signer.ts';
import type { Here } from '../../plan/evidence/trust.ts';
import type { ReadPorts } from './ports.ts';
import { readEvidence } from './read.ts';

/** Checks who built the images of a release, by digest, for its commit; resolves to words about them. Rejects as `verifyBuilders`. */
export type VerifyBuilders = (images: Images, commit: string) => Promise<string>;

/**
 * Requires a signed statement about the build of every image, of a job that `environments.<name>.verify` names.
 * @returns who built them, for people
 * @throws UserError that says of each image what is missing, before anything is written; EnvironmentError when the registry does not
 *   answer
 */
export async function verifyBuilders(
  images: Images,
  wanted: WantedSigner,
  here: Here,
  ports: ReadPorts,
): Promise<string> {
  const builders = new Set<string>();
  const open: string[] = [];
  for (const reference of Object.values(images)) {
    const { repository, digest } = parseReference(reference);
    const asked = { ...here, repositoryId: wanted.repositoryId };
    const { believed, refused } =
      digest === undefined
        ? { believed: [], refused: ['it has no digest'] }
        : await readEvidence(repository, digest, asked, ports);
    const found = builderOf(believed, wanted);
    if ('job' in found) {
      builders.add(`${found.job.workflow} (${found.run})`);
      continue;
    }
    const reasons = [...found.refused, ...refused];
    const missing = `${reference}: no statement about its build counts`;
    open.push(missing, ...reasons.map((reason) => `a statement about it does not count: ${reason}`));
  }
  if (open.length > 0 || builders.size === 0) throw unproven(wanted, open);
  return [...builders].join(', ');
}

function unproven({ environment, workflows, refs }: WantedSigner, details: string[]): UserError {
  return new UserError(`nothing proves that the image was built as environments.${environment}.verify asks`, {
    details,
    remedy: `Let ${workflows.join(' or ')} build and push it on ${refs.join(' or ')} with the permission \`id-token: write\` (\`force: true\` of build-image builds again), roll it out to the environment before, then promote. Nothing was written.`,
  });
}
