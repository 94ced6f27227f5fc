import { messageOf, UserError } from '../../errors.ts';
import type { Facts, SuiteFacts } from '../../plan/evidence/statement.ts';
import { sourceTags } from '../../plan/images/tags.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { LocalImage, RegistryImage } from '../../ports.ts';
import type { BuiltRecord } from '../build/record.ts';
import { writeEvidence } from '../evidence/write.ts';
import { readRecords } from '../test/record.ts';
import type { PushPorts } from './ports.ts';

/**
 * Refuses an image that this job built and cannot vouch for, where slipway.yml requires evidence. An image that a job with an
 * identity has pushed before has its evidence.
 * @throws UserError before anything is uploaded
 */
export function refuseUnsigned(plan: PushPlan, built: BuiltRecord | undefined, { identities }: PushPorts): void {
  if (plan.required.length === 0 || built?.pushed !== undefined || identities.canSign) return;
  throw unsigned(plan, 'Nothing was pushed.');
}

/**
 * Attaches to a pushed image what this job knows about it: from what it was built, and which tests passed. Then sets the tag by
 * which build-image finds it for the same sources.
 * @returns a warning when GitHub or the registry refuses: the push itself succeeded
 * @throws that error where slipway.yml requires evidence
 */
export async function leaveEvidence(
  { plan, image, built }: { plan: PushPlan; image: LocalImage; built: BuiltRecord | undefined },
  pushed: RegistryImage,
  sboms: readonly string[],
  ports: PushPorts,
): Promise<string | undefined> {
  if (plan.archive !== undefined) return undefined;
  const facts = withSboms(await factsOf(plan, image, built, ports), sboms);
  if (facts.length === 0) return undefined;
  try {
    if (!(await writeEvidence(plan.repository, pushed.digest, facts, ports))) {
      if (plan.required.length > 0) throw unsigned(plan, 'The image is in the registry.');
      ports.log.info(
        'No evidence is attached to the image: the job has no permission `id-token: write` (docs/images.md#evidence).',
      );
      return undefined;
    }
    await setSourceTag(plan, built, pushed, ports);
    return undefined;
  } catch (error) {
    ports.signal.throwIfAborted();
    if (plan.required.length > 0) throw error;
    return `${plan.repository}@${pushed.digest} has no evidence: ${messageOf(error)}. It is built and tested again where evidence is asked for.`;
  }
}

function unsigned({ repository, required }: PushPlan, state: string): UserError {
  return new UserError(
    `the image in ${repository} has no evidence that ${required.join(', ')} passed, which tests.required asks for`,
    {
      remedy: `Give the job \`permissions: { id-token: write }\`: GitHub signs the evidence for it. ${state}`,
    },
  );
}

/**
 * What this job vouches for: what it built and tested itself. The default branch also vouches for what it verified, so that its
 * later commits need not compare their tree with that of a pull request. No other run does: a pull request could give a false
 * image the word of an honest run.
 */
async function factsOf(
  plan: PushPlan,
  image: LocalImage,
  built: BuiltRecord | undefined,
  { files }: PushPorts,
): Promise<Facts[]> {
  if (built?.pushed !== undefined) {
    const { byDefaultBranch, suites } = built.pushed;
    if (byDefaultBranch || plan.finds !== 'ofDefaultBranch' || built.build === undefined) return [];
    return [{ kind: 'build', build: built.build }, ...suites.map(suiteFact)];
  }
  const records = plan.recordsDir === undefined ? [] : await readRecords(files, plan.recordsDir);
  const tested = records.find((one) => one.image === image.id && one.name === plan.name && one.commit === plan.sha);
  const passed = (tested?.suites ?? []).filter((suite) => suite.passed && suite.reusedFrom === undefined);
  return [
    ...(built?.build === undefined ? [] : [{ kind: 'build' as const, build: built.build }]),
    ...passed.map(({ name, hash, counts, coverage }) => suiteFact({ name, hash, counts, coverage, run: plan.run })),
  ];
}

/** The signature of the statement about the build covers the bills of materials as well. */
function withSboms(facts: readonly Facts[], sboms: readonly string[]): Facts[] {
  return facts.map((one) =>
    one.kind === 'build' && sboms.length > 0 ? { ...one, build: { ...one.build, sboms: [...sboms] } } : one,
  );
}

function suiteFact(suite: SuiteFacts): Facts {
  return { kind: 'suite', suite };
}

async function setSourceTag(
  plan: PushPlan,
  built: BuiltRecord | undefined,
  pushed: RegistryImage,
  { registry }: PushPorts,
): Promise<void> {
  if (plan.finds === undefined || built?.build === undefined) return;
  await registry.tag(plan.repository, pushed.digest, sourceTags(built.sourceKey)[plan.finds]);
}
