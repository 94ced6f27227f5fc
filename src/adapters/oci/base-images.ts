import { messageOf } from '../../errors.ts';
import { tryReference } from '../../objects/image-reference.ts';
import type { BaseImages, Builder, Log, Registry } from '../../ports.ts';

/**
 * Asks the registry of each image once, and the engine for what no registry has. A registry that does not answer leaves the
 * digest unknown; the build itself reports what is wrong.
 * @param registryForQuestion opens the registries for one question
 */
export function baseImages(
  registryForQuestion: () => Pick<Registry, 'resolve'>,
  engine: Pick<Builder, 'inspect'>,
  log: Pick<Log, 'info'>,
): BaseImages {
  const asked = new Map<string, ReturnType<BaseImages['digestOf']>>();
  const ask: BaseImages['digestOf'] = async (reference) => {
    const parsed = tryReference(reference);
    if (parsed?.digest !== undefined) return { digest: parsed.digest, from: 'reference' };
    try {
      const served = parsed && (await registryForQuestion().resolve(reference));
      if (served) return { digest: served.digest, from: 'registry' };
    } catch (error) {
      log.info(`${reference}: its digest is not known: ${messageOf(error)}`);
    }
    const image = await engine.inspect(reference).catch(() => undefined);
    return image && { digest: image.id, from: 'engine' };
  };
  return {
    digestOf(reference) {
      const answer = asked.get(reference) ?? ask(reference);
      asked.set(reference, answer);
      return answer;
    },
  };
}
