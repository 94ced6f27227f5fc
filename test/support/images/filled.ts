import { referrersTag } from '../../../src/objects/oci/referrers-index.ts';
import type { MadeRegistry } from './random-registry.ts';
import { digestOf, IMAGE_TYPE, INDEX_TYPE, type MadeContent } from './stored.ts';

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** The manifests of a made-up repository, as a registry takes them: what is referred to comes first. */
export function contentOf(made: MadeRegistry, labels: (ours: boolean) => Record<string, string>): MadeContent[] {
  const descriptors: { mediaType: string; digest: string; size: number }[] = [];
  return made.manifests.map(({ kind, children, subject, ours, builtAt, tags }, index) => {
    const about = subject === undefined ? undefined : descriptors[subject];
    const config = configOf(kind, { ours, builtAt }, labels);
    const isIndex = config === undefined;
    const mediaType = isIndex ? INDEX_TYPE : IMAGE_TYPE;
    const value = {
      schemaVersion: 2,
      mediaType,
      annotations: { number: String(index) },
      ...(isIndex
        ? { manifests: children.map((child) => descriptors[child]) }
        : {
            config: {
              mediaType: kind === 'image' ? CONFIG_TYPE : EMPTY_TYPE,
              digest: digestOf(config),
              size: config.length,
            },
            layers: [],
          }),
      ...(kind === 'referrer' ? { artifactType: 'application/x', subject: about } : {}),
    };
    const body = Buffer.from(JSON.stringify(value));
    descriptors.push({ mediaType, digest: digestOf(body), size: body.length });
    const ownTags = kind === 'referrers-tag' ? [referrersTag(about?.digest ?? '')] : tags;
    return { body, mediaType, config, tags: ownTags };
  });
}

function configOf(
  kind: string,
  { ours, builtAt }: { ours: boolean; builtAt: number },
  labels: (ours: boolean) => Record<string, string>,
): Buffer | undefined {
  if (kind === 'referrer') return Buffer.from('{}');
  if (kind !== 'image') return undefined;
  const created = new Date(builtAt).toISOString();
  return Buffer.from(JSON.stringify({ created, architecture: 'amd64', os: 'linux', config: { Labels: labels(ours) } }));
}
