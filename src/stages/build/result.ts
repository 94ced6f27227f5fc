import { imageText } from '../../objects/images.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { ContextScan, LocalImage } from '../../ports.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';
import type { Built } from './built.ts';
import { dockerfileFindings, stepBlocks, unwrittenCaches } from './report.ts';

/** The result of build-image. Outputs have one value with one image, and a line `name=value` for each of several. */
export function buildResult(built: readonly Built[], steps: Steps): StageResult {
  const output = (value: (one: Built) => string) =>
    imageText(Object.fromEntries(built.map((one) => [one.plan.name, value(one)])));
  return {
    stage: 'build-image',
    outcome: built.every(isReused) ? 'unchanged' : 'succeeded',
    headline: built.map(headlineOf).join('; '),
    outputs: {
      image: output(({ plan, pushed }) => pushed?.reference ?? plan.image),
      'image-id': output(idOf),
      'source-key': output(({ key }) => key.key),
      reused: output((one) => String(isReused(one))),
    },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: built.flatMap((one) => [factsOf(one), ...stepBlocks(one)]),
    annotations: eachOnce(
      built.flatMap(({ plan, made, scan }) => [
        ...plan.warnings.map((message): Annotation => ({ level: 'warning', title: 'build', message })),
        ...(made ? portWarnings(plan.ports, made.image) : []),
        ...dockerfileFindings(plan, made),
        ...unwrittenCaches(plan, made),
        ...historyNotices(scan),
      ]),
    ),
  };
}

/** Images that share a context or a Dockerfile have the same findings. */
function eachOnce(annotations: readonly Annotation[]): Annotation[] {
  return [...new Map(annotations.map((one) => [JSON.stringify(one), one])).values()];
}

function isReused({ made }: Built): boolean {
  return made?.reused !== false;
}

function idOf({ made, pushed }: Built): string {
  return made?.image.id ?? pushed?.image.configDigest ?? pushed?.image.digest ?? '';
}

function headlineOf({ plan, made, pushed }: Built): string {
  if (made === undefined) return `${pushed?.reference} is the image of the same sources in the registry`;
  const size = megabytes(made.image.size);
  return made.reused
    ? `${plan.image} is the image that was built from the same sources before (${size})`
    : `${plan.image} is built (${size})`;
}

function factsOf(one: Built): SummaryBlock {
  const { plan, made, scan, pushed } = one;
  const targets = made ? plan.testBuilds.map(({ target }) => target).join(', ') : '';
  const tags = plan.tags.map((tag) => tag.slice(tag.lastIndexOf(':') + 1)).join(', ');
  const rows: ([string, string] | false)[] = [
    ['image', pushed?.reference ?? plan.image],
    ['image id', idOf(one)],
    made !== undefined && ['tags', tags],
    made !== undefined && ['size', megabytes(made.image.size)],
    ['context', `${scan.files} files, ${megabytes(scan.bytes)}`],
    ['built', originOf(one)],
    targets !== '' && ['stages for tests', targets],
  ];
  return { kind: 'facts', rows: rows.filter((row) => row !== false) };
}

function originOf({ made, pushed }: Built): string {
  if (pushed !== undefined) return `no, reused: built on ${pushed.proof.build.finishedOn} in ${pushed.proof.build.run}`;
  return made?.reused ? `no, reused (${made.image.created})` : 'yes';
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
  const message =
    'A build context holds .git: add it to its .dockerignore, so that images of equal sources are reused.';
  return [{ level: 'notice', title: 'build context', message }];
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
