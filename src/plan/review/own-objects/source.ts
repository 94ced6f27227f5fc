import { resolve } from 'node:path';
import type { ChartPlaceholderValues } from '../../../config/placeholders.ts';
import type { Config } from '../../../config/schema.ts';
import { filledValue, literals } from '../../../objects/value.ts';
import type { RenderSource } from '../../../ports.ts';
import { helmSource } from '../../helm-source.ts';
import { testingImages } from '../../rollout-plan.ts';
import type { EnvironmentService } from '../../services/environment-services.ts';
import { clientEnvOf } from '../../services/service.ts';

/** Where the files of a team lie. Absolute paths. */
export interface Folders {
  /** The application: paths of slipway.yml begin here. */
  app: string;
  /** The checkout around it: nothing outside of it is read. */
  checkout: string;
}

/** The objects of a team, as the source of a review environment. */
export interface OwnObjects {
  source: RenderSource;
  checkout: string;
  /** `review.leaveOut`. */
  leaveOut: readonly string[];
  /** Kinds that the default branch allows: `Kind` or `Kind.group`. */
  allow: readonly string[];
  /** Names of images that tests run in: the objects need not use them. */
  testing: readonly string[];
  /** Variables of the services and of `review.env`, for the containers of the app. */
  env: Readonly<Record<string, string>>;
  /** `review.crons`: CronJobs that run by their schedule; `true`: all of them. */
  crons: boolean | readonly string[];
  /** `review.replicas`; undefined: as the objects say. */
  replicas: number | undefined;
}

const ENVIRONMENT = 'review';

/**
 * The source of the objects of a review environment: `review.manifests`, `review.kustomize`, or that of `deploy` with
 * {environment} = `review`.
 * @param folders undefined: the plan is for a database alone
 * @returns undefined if Slipway writes the objects
 */
export function planOwnObjects(
  config: Config,
  services: readonly EnvironmentService[],
  folders: Folders | undefined,
): { own: OwnObjects | undefined; notes: string[] } {
  const { deploy, review = {} } = config;
  if (folders === undefined) return { own: undefined, notes: [] };
  const source = sourceOf(config, (path) => resolve(folders.app, path.replaceAll('{environment}', ENVIRONMENT)));
  if (source === undefined) return { own: undefined, notes: [] };
  const { allow = [], replicas } = review;
  const left = source.from === 'helm' ? Object.keys(deploy.helm?.variables ?? {}) : [];
  return {
    own: {
      source,
      checkout: folders.checkout,
      testing: testingImages(config),
      allow,
      leaveOut: review.leaveOut ?? [],
      env: { ...literals(clientEnvOf(services)), ...review.env },
      crons: review.crons ?? false,
      replicas,
    },
    notes: [
      ...(deploy.patches === undefined
        ? []
        : ['deploy.patches are left out: they are for objects that Slipway writes']),
      ...(left.length === 0
        ? []
        : [
            `deploy.helm.variables (${left.join(', ')}) are left out: a review environment gets no secrets of other environments; give values by review.helm`,
          ]),
    ],
  };
}

function sourceOf({ app, deploy, review = {} }: Config, path: (template: string) => string): RenderSource | undefined {
  if (review.manifests !== undefined) return { from: 'manifests', path: path(review.manifests) };
  if (review.kustomize !== undefined) return { from: 'kustomize', path: path(review.kustomize) };
  if (deploy.manifests !== undefined) return { from: 'manifests', path: path(deploy.manifests) };
  if (deploy.kustomize !== undefined) return { from: 'kustomize', path: path(deploy.kustomize) };
  if (deploy.helm === undefined) return undefined;
  const { values, set } = review.helm ?? {};
  const chart = {
    ...deploy.helm,
    values: values ?? deploy.helm.values,
    set: { ...deploy.helm.set, ...set },
    variables: {},
    crds: false,
  };
  return helmSource(chart, app, path);
}

/**
 * The source with the placeholders of `review.helm.set` replaced; values of deploy.helm.set arrive as they are written.
 * @param own the keys of review.helm.set
 */
export function filledSource(
  source: RenderSource,
  own: readonly string[],
  values: ChartPlaceholderValues,
): RenderSource {
  if (source.from !== 'helm') return source;
  const set = Object.entries(source.set).map(([key, value]) => [
    key,
    own.includes(key) ? filledValue(value, values) : value,
  ]);
  return { ...source, set: Object.fromEntries(set) };
}
