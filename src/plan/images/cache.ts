import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';

/** BuildKit's cache options, as `docker buildx build --cache-from/--cache-to` take them. */
export interface CacheSpec {
  from: string[];
  to: string[];
}

const KINDS = ['registry', 'inline', 'gha', 'local', 'none'];

/**
 * Reads the input `cache`, one entry per line:
 * - `registry` (in the repository, tag buildcache) or `registry=<reference>`; a pull request writes `<tag>-pr-<number>`
 * - `inline`: the cache travels inside the pushed image; works with every builder
 * - `gha`: GitHub's cache service
 * - `local=<folder>`
 * - `from=type=…` and `to=type=…`: BuildKit's own words
 * @see https://docs.docker.com/build/cache/backends/
 */
export function cacheSpec(
  entries: readonly string[],
  repository: string,
  inlineTags: readonly string[],
  pullRequest?: number,
): CacheSpec {
  const spec: CacheSpec = { from: [], to: [] };
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const kind = at < 0 ? entry : entry.slice(0, at);
    const value = at < 0 ? '' : entry.slice(at + 1);
    const one =
      kind === 'registry'
        ? registryCache(value || `${repository}:buildcache`, pullRequest)
        : cacheOf(kind, value, repository, inlineTags);
    if (!one) throw unknown(entry);
    spec.from.push(...one.from);
    spec.to.push(...one.to);
  }
  return spec;
}

/**
 * A pull request reads the cache of the other builds, and writes its own (`buildcache-pr-7`): a layer that it writes must not
 * become a layer of an image in staging.
 */
function registryCache(ref: string, pullRequest: number | undefined): CacheSpec {
  if (pullRequest === undefined)
    return { from: [`type=registry,ref=${ref}`], to: [`type=registry,ref=${ref},mode=max`] };
  const { repository, tag = 'buildcache' } = parseReference(ref);
  const own = `${repository}:${tag}-pr-${pullRequest}`;
  return { from: [own, ref].map((one) => `type=registry,ref=${one}`), to: [`type=registry,ref=${own},mode=max`] };
}

function cacheOf(
  kind: string,
  value: string,
  repository: string,
  inlineTags: readonly string[],
): CacheSpec | undefined {
  if (kind === 'from' && value.includes('type=')) return { from: [value], to: [] };
  if (kind === 'to' && value.includes('type=')) return { from: [], to: [value] };
  if (kind === 'local' && value !== '')
    return { from: [`type=local,src=${value}`], to: [`type=local,dest=${value},mode=max`] };
  if (value !== '') return undefined;
  if (kind === 'inline')
    return { from: inlineTags.map((tag) => `type=registry,ref=${repository}:${tag}`), to: ['type=inline'] };
  if (kind === 'gha') return { from: ['type=gha'], to: ['type=gha,mode=max'] };
  return kind === 'none' ? { from: [], to: [] } : undefined;
}

function unknown(entry: string): UserError {
  return new UserError(`input \`cache\`: "${entry}" is not known`, {
    remedy: `Use one per line of ${KINDS.join(', ')}, registry=<reference>, local=<folder>, from=type=…, to=type=….`,
  });
}
