import type { Instruction } from '../../text/dockerfile.ts';
import { type Finding, finding } from '../finding.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { wordOf } from './stages.ts';

/** A package manager whose cache stays in the layer. */
interface Manager {
  name: string;
  programs: readonly string[];
  verbs: readonly string[];
  /** The RUN removes it, or never writes it. */
  isClean(text: string): boolean;
  remedy: string;
}

const removes = (text: string, path: string) => {
  const at = text.indexOf('rm -');
  return at >= 0 && text.includes(path, at);
};
const mounts = (text: string, path: string) => text.includes('--mount=type=cache') && text.includes(path);

const MANAGERS: readonly Manager[] = [
  {
    name: 'apt',
    programs: ['apt', 'apt-get'],
    verbs: ['install', 'update'],
    isClean: (text) => removes(text, '/var/lib/apt') || mounts(text, '/apt'),
    remedy: 'End the RUN with `&& rm -rf /var/lib/apt/lists/*`, or mount a cache at /var/cache/apt and /var/lib/apt.',
  },
  {
    name: 'apk',
    programs: ['apk'],
    verbs: ['add', 'update'],
    isClean: (text) => text.includes('--no-cache') || removes(text, '/var/cache/apk') || mounts(text, '/apk'),
    remedy: 'Write `apk add --no-cache`.',
  },
  {
    name: 'pip',
    programs: ['pip', 'pip3'],
    verbs: ['install'],
    isClean: (text) =>
      /--no-cache|PIP_NO_CACHE_DIR|pip3? cache purge/.test(text) || removes(text, '.cache') || mounts(text, ''),
    remedy: 'Write `pip install --no-cache-dir`, or mount a cache at the folder that `pip cache dir` prints.',
  },
];

/** Whether a RUN starts a manager to install. uv has a pip, and a cache, of its own. */
function installs({ programs, verbs }: Manager, text: string): boolean {
  const words = text.split(' ');
  return words.some((word, at) => {
    if (!programs.includes(word.slice(word.lastIndexOf('/') + 1)) || words[at - 1] === 'uv') return false;
    const verb = words.slice(at + 1, at + 20).find((one) => !one.startsWith('-'));
    return verb !== undefined && verbs.includes(verb);
  });
}

/** What fills a layer, and nobody reads again. */
export function cacheFindings(body: readonly Instruction[], recipe: Recipe): Finding[] {
  const runs = body
    .filter((one) => wordOf(one) === 'RUN')
    .map(({ line, text, here = [] }) => ({ line, text: [text, ...here].join(' ; ').replace(/\s+/g, ' ') }));
  const isOff = body.some((one) => /^(ENV|ARG)$/.test(wordOf(one)) && /PIP_NO_CACHE_DIR[= ]/.test(one.text));
  return MANAGERS.flatMap((manager) => {
    const { name, remedy } = manager;
    const leaving = runs.filter(({ text }) => {
      return installs(manager, text) && !manager.isClean(text) && !(name === 'pip' && isOff);
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
