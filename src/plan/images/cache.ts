import { UserError } from '../../errors.ts';

/** BuildKit's cache options, as `docker buildx build --cache-from/--cache-to` take them. */
export interface CacheSpec {
  from: string[];
  to: string[];
}

const KINDS = ['registry', 'inline', 'gha', 'local', 'none'];

/**
 * Reads the input `cache`, one entry per line:
 * - `registry` (in the repository, tag buildcache) or `registry=<reference>`
 * - `inline`: the cache travels inside the pushed image; works with every builder
 * - `gha`: GitHub's cache service
 * - `local=<folder>`
 * - `from=type=…` and `to=type=…`: BuildKit's own words
 * @see https://docs.docker.com/build/cache/backends/
 */
export function cacheSpec(entries: readonly string[], repository: string, inlineTags: readonly string[]): CacheSpec {
  const spec: CacheSpec = { from: [], to: [] };
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const kind = at < 0 ? entry : entry.slice(0, at);
    const value = at < 0 ? '' : entry.slice(at + 1);
    const one = cacheOf(kind, value, repository, inlineTags);
    if (!one) throw unknown(entry);
    spec.from.push(...one.from);
    spec.to.push(...one.to);
  }
  return spec;
}

function cacheOf(
  kind: string,
  value: string,
  repository: string,
  inlineTags: readonly string[],
): CacheSpec | undefined {
  if (kind === 'from' && value.includes('type=')) return { from: [value], to: [] };
  if (kind === 'to' && value.includes('type=')) return { from: [], to: [value] };
  if (kind === 'registry') {
    const ref = value || `${repository}:buildcache`;
    return { from: [`type=registry,ref=${ref}`], to: [`type=registry,ref=${ref},mode=max`] };
  }
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
