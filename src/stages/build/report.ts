import { relative } from 'node:path';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { Annotation, SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Built, Made } from './built.ts';

const MOST_STEPS = 60;

/** The steps of a build with their times, and which of them came from a cache; nothing where the builder does not say it. */
export function stepBlocks({ plan, made }: Pick<Built, 'plan' | 'made'>): SummaryBlock[] {
  const steps = made?.image.report?.steps ?? [];
  if (steps.length === 0) return [];
  const cached = steps.filter((step) => step.cached).length;
  const rest = steps.length - MOST_STEPS;
  const more = rest > 0 ? `; ${rest} more in the log` : '';
  const title = `Steps of ${plan.name}: ${cached} of ${steps.length} from the cache${more}`;
  const rows = steps.slice(0, MOST_STEPS).map(({ name, ms, cached }) => [name, cached ? 'cached' : humanDuration(ms)]);
  return [{ kind: 'table', title, header: ['step', 'time'], rows }];
}

/** The findings of BuildKit's checks, at their lines. */
export function dockerfileFindings({ dockerfile }: BuildPlan, made: Made | undefined): Annotation[] {
  const file = relative(process.cwd(), dockerfile);
  return (made?.image.report?.findings ?? []).map(({ rule, message, detail, url, line }) => ({
    level: 'warning',
    title: `Dockerfile: ${rule}`,
    message: [message, ...detail, url].filter((text) => text !== '').join('\n'),
    file,
    ...(line === undefined ? {} : { line }),
  }));
}

/** A cache that the builder could not write: the image is built, and the next build does not find its layers. */
export function unwrittenCaches({ name }: Pick<BuildPlan, 'name'>, made: Made | undefined): Annotation[] {
  const failed = (made?.image.report?.steps ?? []).filter(
    (step) => step.failed && /^exporting cache\b/.test(step.name),
  );
  return failed.map(({ name: step }) => ({
    level: 'warning',
    title: 'build',
    message: `${name}: the builder could not write the cache (${step}); the log of the build has the reason.`,
  }));
}
