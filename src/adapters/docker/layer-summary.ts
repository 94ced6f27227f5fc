import type { LayerScan } from '../../ports.ts';

/** One layer of an image. Paths have no first slash. */
export interface Layer {
  /** Path → bytes. */
  files: Map<string, number>;
  /** Whiteouts: `a/.wh.b` removes a/b of the layers below. */
  removed: string[];
  secrets: { path: string; what: string; certain: boolean }[];
}

const SHOWN = 5;

/**
 * The layers of an image, for each platform. Sizes are those of the first platform, credentials those of all.
 * @param platforms the layers of each, the oldest first
 */
export function summariseAll(platforms: readonly (readonly Layer[])[], partial: string | undefined): LayerScan {
  const scans = platforms.map((layers) => summarise(layers, partial));
  const secrets = new Map<string, LayerScan['secrets'][number]>();
  for (const one of scans.flatMap((scan) => scan.secrets)) {
    const key = `${one.path}\0${one.what}`;
    // One that a platform still shows counts as there.
    if (secrets.get(key)?.deleted !== false) secrets.set(key, one);
  }
  return { ...(scans[0] ?? summarise([], partial)), secrets: [...secrets.values()] };
}

/** @param layers the oldest first */
function summarise(layers: readonly Layer[], partial: string | undefined): LayerScan {
  const live = new Map<string, number>();
  let lost = 0;
  for (const { files, removed } of layers) {
    for (const gone of goneBy(removed, live)) {
      lost += live.get(gone) ?? 0;
      live.delete(gone);
    }
    for (const [path, bytes] of files) {
      lost += live.get(path) ?? 0;
      live.set(path, bytes);
    }
  }
  const groups = new Map<string, number>();
  for (const [path, bytes] of live) groups.set(groupOf(path), (groups.get(groupOf(path)) ?? 0) + bytes);
  const largest = [...groups].map(([path, bytes]) => ({ path: `/${path}`, bytes })).sort((a, b) => b.bytes - a.bytes);
  return {
    secrets: layers.flatMap(({ secrets }, index) =>
      secrets.map((one) => ({ ...one, path: `/${one.path}`, deleted: isGone(one.path, layers.slice(index + 1)) })),
    ),
    lost,
    largest: largest.slice(0, SHOWN),
    partial,
  };
}

/** The live files that whiteouts remove: a file, or everything in a folder. */
function goneBy(removed: readonly string[], live: ReadonlyMap<string, number>): string[] {
  const targets = new Set(removed.map(targetOf));
  if (targets.size === 0) return [];
  return [...live.keys()].filter((path) => above(path).some((one) => targets.has(one)));
}

function targetOf(whiteout: string): string {
  const at = whiteout.lastIndexOf('/') + 1;
  const name = whiteout.slice(at);
  // An opaque folder has nothing of the layers below.
  return name === '.wh..wh..opq'
    ? whiteout.slice(0, Math.max(0, at - 1))
    : whiteout.slice(0, at) + name.slice('.wh.'.length);
}

/** The path itself and the folders above it. */
function above(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isGone(path: string, later: readonly Layer[]): boolean {
  return later.some(({ removed }) => removed.map(targetOf).some((target) => above(path).includes(target)));
}

/** The folder that fills the image: of packages, a cache, or the first two of the path. */
function groupOf(path: string): string {
  const known =
    /^.{0,300}?(?:^|\/)(?:node_modules|site-packages|dist-packages|\.git|\.cache|var\/lib\/apt\/lists|var\/cache)(?=\/)/.exec(
      path,
    )?.[0];
  return known ?? path.split('/').slice(0, -1).slice(0, 2).join('/');
}
