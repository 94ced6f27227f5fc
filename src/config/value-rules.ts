import { isKnown, type Known, knownInEnvironment, knownInReview, knownInTest, NO_HOST } from './known-placeholders.ts';
import { nearest } from './nearest.ts';
import { textsOf } from './own-objects-rules.ts';
import { placeholdersIn, readsSecret } from './placeholders.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, EnvironmentConfig, PatchConfig } from './schema.ts';
import { testsOf } from './tests.ts';

/** Values of one map of slipway.yml, in a place where they are used. */
interface Used {
  path: PropertyKey[];
  values: Readonly<Record<string, string>>;
  known: Known;
}

/**
 * Placeholders that nothing replaces, which would reach the app as they are. A value is checked for each place that uses it: one of
 * deploy.env for every environment that does not replace it.
 */
export function valueProblems(config: Config): RuleProblem[] {
  const seen = new Set<string>();
  return [...environmentValues(config), ...reviewValues(config), ...testValues(config)].flatMap((used) =>
    Object.entries(used.values).flatMap(([name, value]) => {
      const path = [...used.path, name];
      const unknown = placeholdersIn(value).find((one) => !isKnown(one, used.known));
      if (unknown === undefined || seen.has(path.join('.'))) return [];
      seen.add(path.join('.'));
      return [ruleProblem(path, problemOf(unknown, used.known, config))];
    }),
  );
}

function problemOf(unknown: string, known: Known, config: Config): string {
  const near = nearest(unknown, known.names);
  const reason = reasonOf(unknown, known, config) ?? (near === undefined ? undeclared(unknown, known) : undefined);
  if (reason !== undefined) return `{${unknown}} is not known in ${known.place}: ${reason}`;
  const secrets = known.secrets.map((name) => `{secrets.${name}.<key>}`);
  const list = [...known.names.map((name) => `{${name}}`), ...secrets].join(', ');
  const hint = near === undefined ? '' : `did you mean {${near}}? `;
  return `unknown placeholder {${unknown}}; ${hint}known are ${list}; {{${unknown}}} stands for the text {${unknown}}`;
}

/** Why a placeholder that other places know is not known here; undefined: no place knows it. */
function reasonOf(unknown: string, known: Known, config: Config): string | undefined {
  if (unknown === 'host' || unknown === 'url') return known.hostless;
  if (unknown === 'number') return 'only a review environment belongs to a pull request; write the value in review.env';
  const anywhere = [...environmentValues(config), ...reviewValues(config)].some((used) => isKnown(unknown, used.known));
  if (unknown.startsWith('secrets.'))
    return 'the Secret must be one of its `secrets`, and the placeholder name its key';
  if (anywhere) return 'nothing there has this name; write the value where it is known, for example in review.env';
  return undefined;
}

/** What would have to be declared for a placeholder to be known; undefined: nothing gives it a meaning. */
function undeclared(unknown: string, { names }: Known): string | undefined {
  const [part, service] = unknown.split('.');
  const declares = (prefix: string) => names.some((name) => name.startsWith(prefix));
  if (part === 'database' && !declares('database.')) return 'no database is declared there';
  if (part !== 'services' || service === undefined || declares(`services.${service}.`)) return undefined;
  return `no service with the name ${service} is declared there`;
}

function environmentValues(config: Config): Used[] {
  return Object.entries(config.environments ?? {}).flatMap(([name, environment]) => {
    const known = knownInEnvironment(name, environment, config);
    const own = { path: ['environments', name], ...environment };
    const overrides = (list: 'processes' | 'crons', part: string): Layer => ({
      path: ['environments', name, list, part],
      ...environment[list]?.[part],
    });
    const parts = partsOf(config).map(({ layer, list, name: part }) => [
      ...layer,
      own,
      ...(list === undefined ? [] : [overrides(list, part)]),
    ]);
    return [
      ...parts.flatMap((layers) => effective(layers, known)),
      ...patchTexts(['deploy'], config.deploy, known),
      ...patchTexts(['environments', name], environment, known),
      ...(known.hostless === NO_HOST ? [] : [annotationsOf(['environments', name], environment, config, known)]),
    ];
  });
}

/** Variables of one level, and the Secrets that add up with those of the other levels. */
interface Layer {
  path: string[];
  env?: Readonly<Record<string, string>> | undefined;
  podAnnotations?: Readonly<Record<string, string>> | undefined;
  secrets?: readonly string[] | undefined;
}

/** The levels of each process and cron, those of `deploy` first. */
function partsOf({ deploy }: Config): { layer: Layer[]; list?: 'processes' | 'crons'; name: string }[] {
  const all: Layer = { path: ['deploy'], ...deploy };
  const ofList = (list: 'processes' | 'crons') =>
    Object.entries(deploy[list] ?? {}).map(([name, part]) => ({
      list,
      name,
      layer: [all, { path: ['deploy', list, name], ...part }],
    }));
  const short = deploy.processes === undefined ? [{ name: '', layer: [all] }] : [];
  return [...short, ...ofList('processes'), ...ofList('crons')];
}

/** The values that no later level replaces. */
function effective(layers: readonly Layer[], known: Known): Used[] {
  const secrets = [...new Set(layers.flatMap((layer) => layer.secrets ?? []))];
  return layers.flatMap(({ path, env, podAnnotations }, index) => {
    const later = (key: 'env' | 'podAnnotations') =>
      Object.assign({}, ...layers.slice(index + 1).map((layer) => layer[key]));
    const annotations = without(podAnnotations, later('podAnnotations'));
    return [
      { path: [...path, 'env'], values: without(env, later('env')), known: { ...known, secrets } },
      { path: [...path, 'podAnnotations'], values: annotations, known: withoutConnections(known) },
    ];
  });
}

/** An annotation takes no key of a Secret, and so no connection. */
function withoutConnections(known: Known): Known {
  return { ...known, names: known.names.filter((name) => !name.includes('.')), secrets: [] };
}

function reviewValues(config: Config): Used[] {
  const { review } = config;
  if (review === undefined) return [];
  const known = knownInReview(review, config);
  const own: Layer = { path: ['review'], env: review.env };
  const parts = partsOf(config).map(({ layer }) => [...layer, own]);
  return [
    ...parts.flatMap((layers) => effective(layers, known).map(inReview)),
    ...patchTexts(['deploy'], config.deploy, known),
    ...patchTexts(['review'], review, known),
    annotationsOf(['review'], review, config, known),
    ...Object.entries(review.variants ?? {}).map(([name, variant]) => ({
      path: ['review', 'variants', name, 'env'],
      values: variant.env ?? {},
      known: knownInReview({ ...review, ...variant }, config),
    })),
  ];
}

/** The texts in patches, each patch as one value. */
function patchTexts(
  path: string[],
  { patches = [] }: { patches?: readonly PatchConfig[] | undefined },
  known: Known,
): Used[] {
  return patches.map(({ patch }, index) => ({
    path: [...path, 'patches', index],
    values: { patch: textsOf(patch).join('\n') },
    known: withoutConnections(known),
  }));
}

/** Annotations of an Ingress: those of the place, otherwise those of the file. */
function annotationsOf(
  path: string[],
  { ingress }: Pick<EnvironmentConfig, 'ingress'>,
  config: Config,
  known: Known,
): Used {
  const own = ingress?.annotations;
  const plain = withoutConnections(known);
  if (own !== undefined) return { path: [...path, 'ingress', 'annotations'], values: own, known: plain };
  return { path: ['ingress', 'annotations'], values: config.ingress?.annotations ?? {}, known: plain };
}

function testValues(config: Config): Used[] {
  return Object.entries(testsOf(config)).map(([name, test]) => ({
    path: ['tests', name, 'env'],
    values: test.env ?? {},
    known: knownInTest(name, test),
  }));
}

function without(values: Readonly<Record<string, string>> = {}, replaced: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(replaced, name)));
}

/** A review environment leaves out the Secrets of `deploy`, and the values that are read from them. */
function inReview({ path, values, known }: Used): Used {
  const kept =
    path[0] === 'review'
      ? values
      : Object.fromEntries(Object.entries(values).filter(([, value]) => !readsSecret(value)));
  return { path, values: kept, known: { ...known, secrets: [] } };
}
