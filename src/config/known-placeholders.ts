import { DATABASE_ENGINES } from './engines.ts';
import type { Config, EnvironmentConfig, ReviewConfig, ServiceConfig, TestConfig } from './schema.ts';

/** Parts of the connection to a database: `{database.host}`. */
const DATABASE_PARTS = ['host', 'port', 'name', 'user', 'password', 'url'] as const;
export type DatabasePart = (typeof DATABASE_PARTS)[number];

/** The placeholders that values can contain in one place, and why others cannot be there. */
export interface Known {
  /** The place, for messages: `environment staging`, `review environments`. */
  place: string;
  /** Names without braces. */
  names: readonly string[];
  /** Secrets whose keys are placeholders: `{secrets.<name>.<key>}`. */
  secrets: readonly string[];
  /** Why {host} and {url} are not known here; undefined: they are. */
  hostless?: string | undefined;
}

/** Whether a placeholder is known in a place. */
export function isKnown(placeholder: string, { names, secrets }: Known): boolean {
  return names.includes(placeholder) || secretKeyOf(placeholder, secrets) !== undefined;
}

/** The Secret and the key of `secrets.<name>.<key>`, for one of these Secrets. */
export function secretKeyOf(
  placeholder: string,
  secrets: readonly string[],
): { secret: string; key: string } | undefined {
  const secret = secrets.find((name) => placeholder.startsWith(`secrets.${name}.`));
  const key = secret === undefined ? '' : placeholder.slice(`secrets.${secret}.`.length);
  return secret === undefined || key === '' ? undefined : { secret, key };
}

/** In a persistent environment. */
export function knownInEnvironment(name: string, environment: EnvironmentConfig, config: Config): Known {
  const kind = environment.ingress?.kind ?? config.ingress?.kind;
  const hostless = kind === 'load-balancer' ? BALANCED : environment.host === undefined ? NO_HOST : undefined;
  return {
    place: `environment ${name}`,
    names: [
      ...addressNames(hostless),
      'commit',
      ...(environment.database ? databaseNames().filter((one) => one !== 'database.password') : []),
      ...servicesNames(environment.services),
    ],
    secrets: [...(config.deploy.secrets ?? []), ...(environment.secrets ?? [])],
    hostless,
  };
}

/** In review environments. @param review with what a variant replaces */
export function knownInReview(review: ReviewConfig, config: Config): Known {
  const hostless = (review.ingress?.kind ?? config.ingress?.kind) === 'load-balancer' ? BALANCED : undefined;
  return {
    place: 'review environments',
    names: [
      'number',
      ...addressNames(hostless),
      'commit',
      ...(review.database ? databaseNames() : []),
      ...servicesNames(review.services),
    ],
    secrets: [],
    hostless,
  };
}

/** In a test. */
export function knownInTest(name: string, { services = [] }: TestConfig): Known {
  const named = services.flatMap((service) => {
    const { name: own, engine } = given(service);
    const host = own ?? engine;
    return host === undefined ? [] : serviceNames(host, service);
  });
  return {
    place: `test ${name}`,
    names: ['commit', ...(services.some(isDatabase) ? databaseNames() : []), ...named],
    secrets: [],
    hostless: 'a test has none',
  };
}

/** Why an environment without a host has no URL. */
export const NO_HOST = 'it has no `host`';
const BALANCED = 'a load balancer has its address only after the app was deployed';

function addressNames(hostless: string | undefined): string[] {
  return hostless === undefined ? ['host', 'url'] : [];
}

function databaseNames(): string[] {
  return DATABASE_PARTS.map((part) => `database.${part}`);
}

function given(service: ServiceConfig): Exclude<ServiceConfig, string> {
  return typeof service === 'string' ? { engine: service } : service;
}

function servicesNames(services: Readonly<Record<string, ServiceConfig>> = {}): string[] {
  return Object.entries(services).flatMap(([name, service]) => serviceNames(name, service));
}

function isDatabase(service: ServiceConfig): boolean {
  return DATABASE_ENGINES.some((engine) => engine === given(service).engine);
}

function serviceNames(name: string, service: ServiceConfig): string[] {
  const { engine, port } = given(service);
  const parts = [
    'host',
    ...(engine !== undefined || port !== undefined ? ['port'] : []),
    ...(engine === undefined ? [] : ['url']),
    ...(isDatabase(service) ? ['name', 'user', 'password'] : []),
  ];
  return parts.map((part) => `services.${name}.${part}`);
}
