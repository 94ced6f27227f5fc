import { imageText } from '../../objects/images.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { ContextScan, LocalImage } from '../../ports.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';

/** One image of the run. */
export interface Built {
  plan: BuildPlan;
  key: string;
  scan: ContextScan;
  image: LocalImage;
  reused: boolean;
}

/** The result of build-image. Outputs have one value with one image, and a line `name=value` for each of several. */
export function buildResult(built: readonly Built[], steps: Steps): StageResult {
  const output = (value: (one: Built) => string) =>
    imageText(Object.fromEntries(built.map((one) => [one.plan.name, value(one)])));
  return {
    stage: 'build-image',
    outcome: built.every(({ reused }) => reused) ? 'unchanged' : 'succeeded',
    headline: built.map(headlineOf).join('; '),
    outputs: {
      image: output(({ plan }) => plan.image),
      'image-id': output(({ image }) => image.id),
      'source-key': output(({ key }) => key),
      reused: output(({ reused }) => String(reused)),
    },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: built.map(factsOf),
    annotations: built.flatMap(({ plan, image, scan }) => [
      ...plan.warnings.map((message): Annotation => ({ level: 'warning', title: 'build', message })),
      ...portWarnings(plan.ports, image),
      ...historyNotices(scan),
    ]),
  };
}

function headlineOf({ plan, image, reused }: Built): string {
  const size = megabytes(image.size);
  return reused
    ? `${plan.image} is the image that was built from the same sources before (${size})`
    : `${plan.image} is built (${size})`;
}

function factsOf({ plan, image, scan, reused }: Built): SummaryBlock {
  const targets = plan.testBuilds.map(({ target }) => target).join(', ');
  return {
    kind: 'facts',
    rows: [
      ['image', plan.image],
      ['image id', image.id],
      ['tags', plan.tags.map((tag) => tag.slice(tag.lastIndexOf(':') + 1)).join(', ')],
      ['size', megabytes(image.size)],
      ['context', `${scan.files} files, ${megabytes(scan.bytes)}`],
      ['built', reused ? `no, reused (${image.created})` : 'yes'],
      ...(targets === '' ? [] : [['stages for tests', targets] as [string, string]]),
    ],
  };
}

/** An image that does not expose the deployed port most likely listens on another one. */
function portWarnings(deployed: BuildPlan['ports'], image: LocalImage): Annotation[] {
  const ports = Object.values(deployed);
  const agrees = image.exposedPorts.some((port) => ports.includes(port));
  if (ports.length === 0 || image.exposedPorts.length === 0 || agrees) return [];
  const exposed = image.exposedPorts.join(', ');
  const keys = Object.keys(deployed).join(' or ');
  return [
    {
      level: 'warning',
      title: 'port',
      message: `The image exposes ${exposed}, but it is deployed with port ${ports.join(', ')}. If it listens on ${exposed}, set ${keys} in slipway.yml; else correct EXPOSE in the Dockerfile.`,
    },
  ];
}

/** With .git in the context, every commit has other sources, and the image may contain the whole history. */
function historyNotices(scan: ContextScan): Annotation[] {
  if (!scan.history) return [];
  const message = 'The build context holds .git: add it to .dockerignore, so that images of equal sources are reused.';
  return [{ level: 'notice', title: 'build context', message }];
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
