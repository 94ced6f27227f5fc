import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import { slugTag } from './tags.ts';

/** BuildKit's cache options, as `docker buildx build --cache-from/--cache-to` take them. */
export interface CacheSpec {
  from: string[];
  to: string[];
}

const KINDS = ['registry', 'inline', 'gha', 'local', 'none'];

/** The build that a cache belongs to. */
export interface CacheOf {
  repository: string;
  inlineTags: readonly string[];
  pullRequest?: number | undefined;
  /** Keeps builds apart that write in one run: the name of an image or of a stage; undefined for the only image. */
  scope?: string | undefined;
}

/**
 * Reads the input `cache`, one entry per line:
 * - `registry` (in the repository, tag buildcache) or `registry=<reference>`; a pull request writes `<tag>-pr-<number>`
 * - `inline`: the cache travels inside the pushed image; works with every builder
 * - `gha`: GitHub's cache service; as in a registry, an error of its export does not fail the build
 * - `local=<folder>`
 * - `from=type=…` and `to=type=…`: BuildKit's own words; `to` only for the only image
 * @see https://docs.docker.com/build/cache/backends/
 */
export function cacheSpec(entries: readonly string[], build: CacheOf): CacheSpec {
  const spec: CacheSpec = { from: [], to: [] };
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const kind = at < 0 ? entry : entry.slice(0, at);
    const value = at < 0 ? '' : entry.slice(at + 1);
    const one =
      kind === 'registry'
        ? registryCache(value || `${build.repository}:buildcache`, build)
        : cacheOf(kind, value, build);
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
function registryCache(ref: string, { pullRequest, scope }: CacheOf): CacheSpec {
  const { repository, tag = 'buildcache' } = parseReference(ref);
  const shared = scope === undefined ? ref : `${repository}:${tag}-${slugTag(scope, 'image')}`;
  if (pullRequest === undefined)
    return { from: [`type=registry,ref=${shared}`], to: [`type=registry,ref=${shared},mode=max,ignore-error=true`] };
  const own = `${scope === undefined ? `${repository}:${tag}` : shared}-pr-${pullRequest}`;
  return {
    from: [own, shared].map((one) => `type=registry,ref=${one}`),
    to: [`type=registry,ref=${own},mode=max,ignore-error=true`],
  };
}

function cacheOf(kind: string, value: string, { repository, inlineTags, scope }: CacheOf): CacheSpec | undefined {
  const own = scope === undefined ? '' : slugTag(scope, 'image');
  if (kind === 'from' && value.includes('type=')) return { from: [value], to: [] };
  // BuildKit's own words say where exactly; a second build would overwrite the first one there.
  if (kind === 'to' && value.includes('type=')) return { from: [], to: scope === undefined ? [value] : [] };
  if (kind === 'local' && value !== '') {
    const folder = own === '' ? value : `${value.replace(/\/$/, '')}/${own}`;
    return { from: [`type=local,src=${folder}`], to: [`type=local,dest=${folder},mode=max`] };
  }
  if (value !== '') return undefined;
  if (kind === 'inline')
    return { from: inlineTags.map((tag) => `type=registry,ref=${repository}:${tag}`), to: ['type=inline'] };
  const named = own === '' ? '' : `,scope=${own}`;
  if (kind === 'gha') return { from: [`type=gha${named}`], to: [`type=gha${named},mode=max,ignore-error=true`] };
  return kind === 'none' ? { from: [], to: [] } : undefined;
}

function unknown(entry: string): UserError {
  return new UserError(`input \`cache\`: "${entry}" is not known`, {
    remedy: `Use one per line of ${KINDS.join(', ')}, registry=<reference>, local=<folder>, from=type=…, to=type=….`,
  });
}
