import type { Instruction } from '../../text/dockerfile.ts';
import { type Finding, finding } from '../finding.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { wordOf } from './stages.ts';

/** A package manager whose cache stays in the layer. */
interface Manager {
  name: string;
  installs: RegExp;
  /** The RUN removes it, or never writes it. */
  clean: RegExp;
  remedy: string;
}

const REMOVES = String.raw`rm (?:-{1,2}[\w-]{1,30} ){1,5}.{0,300}`;

const MANAGERS: readonly Manager[] = [
  {
    name: 'apt',
    installs: /\bapt(?:-get)? (?:-\S{1,50} ){0,8}(?:install|update)\b/,
    clean: new RegExp(`${REMOVES}/var/lib/apt|--mount=type=cache\\S{0,300}/apt`),
    remedy: 'End the RUN with `&& rm -rf /var/lib/apt/lists/*`, or mount a cache at /var/cache/apt and /var/lib/apt.',
  },
  {
    name: 'apk',
    installs: /\bapk (?:-\S{1,50} ){0,8}(?:add|update)\b/,
    clean: new RegExp(`--no-cache|${REMOVES}/var/cache/apk|--mount=type=cache\\S{0,300}/apk`),
    remedy: 'Write `apk add --no-cache`.',
  },
  {
    name: 'pip',
    installs: /(?<!\buv )\bpip3? (?:-\S{1,50} ){0,8}install\b/,
    clean: new RegExp(`--no-cache|PIP_NO_CACHE_DIR|pip3? cache purge|${REMOVES}\\.cache|--mount=type=cache`),
    remedy: 'Write `pip install --no-cache-dir`, or mount a cache at /root/.cache/pip.',
  },
];

/** What fills a layer, and nobody reads again. */
export function cacheFindings(body: readonly Instruction[], recipe: Recipe): Finding[] {
  const runs = body.filter((one) => wordOf(one) === 'RUN');
  const isOff = body.some((one) => /^(ENV|ARG)$/.test(wordOf(one)) && /PIP_NO_CACHE_DIR[= ]/.test(one.text));
  return MANAGERS.flatMap(({ name, installs, clean, remedy }) => {
    const leaving = runs.filter(({ text }) => {
      const read = text.slice(0, 20_000);
      return installs.test(read) && !clean.test(read) && !(name === 'pip' && isOff);
    });
    const [first, ...more] = leaving;
    if (first === undefined) return [];
    return [
      finding('cache-in-image', {
        where: lineOf(recipe, first),
        confidence: 'possible',
        seen: `this RUN${more.length > 0 ? `, and ${more.length} more,` : ''} leaves the cache of ${name} in its layer`,
        remedy,
        key: name,
      }),
    ];
  });
}
