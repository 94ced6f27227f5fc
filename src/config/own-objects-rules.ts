import { CHART_PLACEHOLDERS, placeholdersIn } from './placeholders.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, ReviewConfig } from './schema.ts';

/** Keys by which `deploy` and `review` name objects of the team. */
const SOURCES = ['manifests', 'kustomize', 'helm'] as const;

/** The key by which `deploy` or `review` names objects of the team; undefined: Slipway writes the objects. */
export function sourceKeyOf(
  given: Readonly<Partial<Record<(typeof SOURCES)[number], unknown>>>,
): (typeof SOURCES)[number] | undefined {
  return SOURCES.find((key) => given[key] !== undefined);
}

/** Whether a team has objects of its own for review environments. `review.helm` only changes the values of `deploy.helm`. */
export function hasOwnObjects({ deploy, review = {} }: Pick<Config, 'deploy' | 'review'>): boolean {
  return (sourceKeyOf(deploy) ?? review.manifests ?? review.kustomize) !== undefined;
}

/** Rules of `review.manifests`, `review.kustomize` and `review.helm`. */
export function ownObjectsProblems({ review, deploy }: Config): RuleProblem[] {
  if (review === undefined) return [];
  const variants = Object.entries(review.variants ?? {}).map(([name, { helm }]) => ({
    path: ['review', 'variants', name, 'helm'],
    helm,
  }));
  const charts = [{ path: ['review', 'helm'], helm: review.helm }, ...variants].filter(
    ({ helm }) => helm !== undefined,
  );
  const without = deploy.helm === undefined ? charts : [];
  return [
    ...sourceProblems(review),
    ...(review.leaveOut !== undefined && !hasOwnObjects({ deploy, review })
      ? [ruleProblem(['review', 'leaveOut'], 'Slipway writes the objects; there are none of your own')]
      : []),
    ...without.map(({ path }) => ruleProblem(path, 'there is no chart: deploy.helm is missing')),
    ...charts.flatMap(({ path, helm }) => setProblems([...path, 'set'], helm?.set ?? {})),
  ];
}

function sourceProblems(review: ReviewConfig): RuleProblem[] {
  const [first, second] = SOURCES.filter((key) => review[key] !== undefined);
  if (first === undefined || second === undefined) return [];
  return [ruleProblem(['review', second], 'only one of review.manifests, kustomize and helm can be given')];
}

/** A placeholder that nothing replaces would reach the chart as it is. */
function setProblems(path: PropertyKey[], set: Readonly<Record<string, unknown>>): RuleProblem[] {
  return Object.entries(set).flatMap(([name, value]) => {
    const unknown = textsOf(value)
      .flatMap(placeholdersIn)
      .find((one) => !CHART_PLACEHOLDERS.some((known) => known === one));
    if (unknown === undefined) return [];
    const known = CHART_PLACEHOLDERS.map((one) => `{${one}}`).join(', ');
    const message = `unknown placeholder {${unknown}}; known are ${known}; {{${unknown}}} stands for the text {${unknown}}`;
    return [ruleProblem([...path, name], message)];
  });
}

/** Every text of a value of a chart. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
