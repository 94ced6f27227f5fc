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

const MANAGERS: readonly Manager[] = [
  {
    name: 'apt',
    installs: /\bapt(-get)? (-\S+ ){0,5}(install|update)\b/,
    clean: /rm (-\w+ ){1,3}.{0,200}\/var\/lib\/apt|apt(-get)? (dist)?clean.{0,200}rm |target=\/var\/lib\/apt/,
    remedy: 'End the RUN with `&& rm -rf /var/lib/apt/lists/*`, or mount a cache at /var/cache/apt and /var/lib/apt.',
  },
  {
    name: 'apk',
    installs: /\bapk (-\S+ ){0,5}(add|update)\b/,
    clean: /--no-cache|rm (-\w+ ){1,3}.{0,200}\/var\/cache\/apk|target=\/(var\/cache|etc)\/apk/,
    remedy: 'Write `apk add --no-cache`.',
  },
  {
    name: 'pip',
    installs: /\bpip3? (-\S+ ){0,5}install\b/,
    clean: /--no-cache-dir|PIP_NO_CACHE_DIR|pip3? cache purge|rm (-\w+ ){1,3}.{0,200}\.cache|target=\S{0,100}\.?cache/,
    remedy: 'Write `pip install --no-cache-dir`, or mount a cache at /root/.cache/pip.',
  },
];

/** What fills a layer, and nobody reads again. */
export function cacheFindings(body: readonly Instruction[], recipe: Recipe): Finding[] {
  const isOff = body.some((one) => /^(ENV|ARG)$/.test(wordOf(one)) && /PIP_NO_CACHE_DIR[= ]/.test(one.text));
  return body
    .filter((one) => wordOf(one) === 'RUN')
    .flatMap((instruction) =>
      MANAGERS.filter(({ name, installs, clean }) => {
        const text = instruction.text.slice(0, 20_000);
        return installs.test(text) && !clean.test(text) && !(name === 'pip' && isOff);
      }).map(({ name, remedy }) =>
        finding('cache-in-image', {
          where: lineOf(recipe, instruction),
          confidence: 'possible',
          seen: `this RUN leaves the cache of ${name} in its layer`,
          remedy,
          key: `${name} ${instruction.text.slice(0, 80)}`,
        }),
      ),
    );
}
