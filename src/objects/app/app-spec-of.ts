import type { Config, DeployConfig } from '../../config/schema.ts';
import { parseDuration } from '../../text/duration.ts';
import type { AppSpec, SourceKey } from './app-spec.ts';

/** The part of the spec that needs neither the registry nor the cluster. */
export type PlannedApp = Omit<AppSpec, 'image' | 'nativeSleep'>;

/** What an environment decides: where the app runs, how often, and with which variables. */
export type Placement = Pick<
  PlannedApp,
  'namespace' | 'replicas' | 'env' | 'secrets' | 'ingress' | 'labels' | 'security'
>;

const DEFAULT_PORT = 8080;
const DEFAULT_STARTUP = '60s';
const DEFAULT_DRAIN = '5s';

/** Port that the app listens on. */
export function appPort(deploy: Pick<DeployConfig, 'port'>): number {
  return deploy.port ?? DEFAULT_PORT;
}

/**
 * The app of slipway.yml in one environment. Every key of `deploy` that the builders of objects read passes through here
 * unchanged, so that a new key needs the schema and its builder only.
 * @throws UserError when `deploy.startup` or `deploy.drain` is not a duration
 */
export function appSpecOf({ app, deploy }: Pick<Config, 'app' | 'deploy'>, placement: Placement): PlannedApp {
  const { startup = DEFAULT_STARTUP, drain = DEFAULT_DRAIN, health, ...keys } = withoutSource(deploy);
  return {
    ...keys,
    name: app,
    port: appPort(deploy),
    health,
    startupMs: parseDuration(startup, 'deploy.startup'),
    drainMs: parseDuration(drain, 'deploy.drain'),
    podAnnotations: {},
    ...placement,
  };
}

function withoutSource(deploy: DeployConfig): Omit<DeployConfig, SourceKey> {
  const { migrate, reversible, manifests, kustomize, helm, ...keys } = deploy;
  return keys;
}
