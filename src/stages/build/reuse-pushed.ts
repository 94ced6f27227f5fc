import { messageOf } from '../../errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { pickReusable, type Reusable } from '../../plan/evidence/pick.ts';
import { sourceTags } from '../../plan/images/tags.ts';
import type { RegistryImage } from '../../ports.ts';
import { readEvidence } from '../evidence/read.ts';
import type { BuildPorts, PushedPorts } from './ports.ts';
import { type Sources, stageKeys } from './sources.ts';

/** An image of the registry that replaces a build. */
export interface PushedImage {
  image: RegistryImage;
  reference: string;
  proof: Reusable;
}

/**
 * The image of the registry that was built from the same sources and in which the same tests passed; undefined without one, and
 * when the registry does not answer. The log says why.
 */
export async function reusablePushed(
  plan: BuildPlan,
  keys: Sources['keys'],
  title: string,
  ports: BuildPorts,
): Promise<PushedImage | undefined> {
  const say = (text: string) => ports.log.info(title === '' ? text : `${title}: ${text}`);
  if (plan.force || ports.pushed === undefined) return undefined;
  const open = [...new Set([...keys.values()].flatMap((key) => key.open))];
  if (open.length > 0) {
    say(`The registry is not asked for an image of these sources: the digest of ${open.join(', ')} is not known.`);
    return undefined;
  }
  try {
    const wanted = { sourceKey: keys.get(plan)?.key ?? '', stages: stageKeys(plan, keys) };
    return await find(plan, wanted, ports.pushed(), ports, say);
  } catch (error) {
    ports.signal.throwIfAborted();
    say(
      `The registry cannot be asked for an image of these sources: ${messageOf(error)}. docs/images.md#reuse-across-runners`,
    );
    return undefined;
  }
}

async function find(
  plan: BuildPlan,
  own: { sourceKey: string; stages: Record<string, string> },
  pushed: PushedPorts,
  { clock }: BuildPorts,
  say: (text: string) => void,
): Promise<PushedImage | undefined> {
  const { ofDefaultBranch, ofPullRequests } = sourceTags(own.sourceKey);
  const seen = new Set<string>();
  const asked = [ofDefaultBranch, ofPullRequests].map((tag) => {
    const image = pushed.registry.resolve(`${plan.repository}:${tag}`);
    // The second answer counts only where the first image is not used.
    image.catch(() => undefined);
    return { tag, image };
  });
  for (const { tag, image: answer } of asked) {
    const image = await answer;
    if (image === undefined || seen.has(image.digest)) continue;
    seen.add(image.digest);
    const evidence = await readEvidence(plan.repository, image.digest, pushed.here, pushed);
    const wanted = { ...own, suites: plan.suites, maxAgeMs: plan.maxAgeMs };
    const proof = pickReusable(evidence.believed, wanted, clock.now());
    const reference = `${plan.repository}@${image.digest}`;
    if (!('missing' in proof)) {
      say(
        `${reference} has the same sources: built in ${proof.build.run}. Nothing is built; \`force: true\` builds again.`,
      );
      return { image, reference, proof };
    }
    say(`${plan.repository}:${tag} is not used: ${proof.missing}.`);
    for (const reason of evidence.refused) say(`  a statement about it does not count: ${reason}`);
  }
  if (seen.size === 0) say('The registry has no image of these sources.');
  return undefined;
}
