import type { BuildPlan } from '../../plan/build-plan.ts';
import type { ContextScan, LocalImage } from '../../ports.ts';
import type { Annotation, StageResult } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';

export interface Built {
  plan: BuildPlan;
  key: string;
  scan: ContextScan;
  image: LocalImage;
  reused: boolean;
  steps: Steps;
}

/** The result of build-image. */
export function buildResult({ plan, key, scan, image, reused, steps }: Built): StageResult {
  const size = megabytes(image.size);
  return {
    stage: 'build-image',
    outcome: reused ? 'unchanged' : 'succeeded',
    headline: reused
      ? `${plan.image} is the image that was built from the same sources before (${size})`
      : `${plan.image} is built (${size})`,
    outputs: { image: plan.image, 'image-id': image.id, 'source-key': key, reused: String(reused) },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['image', plan.image],
          ['image id', image.id],
          ['tags', plan.tags.map((tag) => tag.slice(tag.lastIndexOf(':') + 1)).join(', ')],
          ['size', size],
          ['context', `${scan.files} files, ${megabytes(scan.bytes)}`],
          ['built', reused ? `no, reused (${image.created})` : 'yes'],
        ],
      },
    ],
    annotations: [
      ...plan.warnings.map((message): Annotation => ({ level: 'warning', title: 'build', message })),
      ...portWarnings(plan.port, image),
      ...historyNotices(scan),
    ],
  };
}

/** An image that does not expose the deployed port most likely listens on another one. */
function portWarnings(port: number | undefined, image: LocalImage): Annotation[] {
  if (port === undefined || image.exposedPorts.length === 0 || image.exposedPorts.includes(port)) return [];
  const exposed = image.exposedPorts.join(', ');
  return [
    {
      level: 'warning',
      title: 'port',
      message: `The image exposes ${exposed}, but it is deployed with port ${port}. If it listens on ${exposed}, set deploy.port in slipway.yml; else correct EXPOSE in the Dockerfile.`,
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
