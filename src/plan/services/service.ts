import type { Engine } from '../../config/engines.ts';
import type { DatabasePart } from '../../config/known-placeholders.ts';
import type { ServiceConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { commandLine } from '../../objects/command-line.ts';
import type { EngineSpec, ServiceCredentials } from '../engines/engine.ts';
import { ENGINES } from '../engines/engines.ts';

/** A service with all defaults of its engine. */
export interface PlannedService {
  engine: Engine | undefined;
  /** Host name. */
  name: string;
  image: string;
  /** undefined: no known port; `health` or the image's HEALTHCHECK decides about its readiness. */
  port: number | undefined;
  env: Record<string, string>;
  command: string[] | undefined;
  /** Command in the service's container that succeeds when it is ready. */
  health: string[] | undefined;
  /** Variables for the application. */
  clientEnv: Record<string, string>;
  /** The parts of the connection, for placeholders of slipway.yml. */
  connection: Partial<Record<DatabasePart, string>>;
}

/**
 * @param where path in slipway.yml, for messages: tests.unit.services[0]
 * @param name host name where the configuration gives none
 * @throws UserError for a service without engine and image
 */
export function planService(
  config: ServiceConfig,
  credentials: ServiceCredentials,
  where: string,
  name?: string,
): PlannedService {
  const given = typeof config === 'string' ? { engine: config } : config;
  const spec = given.engine ? ENGINES[given.engine] : undefined;
  const image = given.image ?? spec?.image;
  const host = given.name ?? name ?? given.engine;
  if (image === undefined || host === undefined) {
    throw new UserError(`${where}: ${image === undefined ? 'needs `engine` or `image`' : 'needs a `name`'}`, {
      remedy: `Write one of ${Object.keys(ENGINES).join(', ')}, or { name: search, image: …, port: 9200 }.`,
    });
  }
  const port = given.port ?? spec?.port;
  const effective = spec ? withOverrides(credentials, spec.credentialVariables, given.env ?? {}) : credentials;
  const env = { ...spec?.serverEnv(effective), ...given.env };
  const health = given.health ?? spec?.health;
  return {
    engine: given.engine,
    name: host,
    image,
    port,
    env,
    command: given.command === undefined ? undefined : commandLine(given.command),
    health: health === undefined ? undefined : commandLine(health),
    connection: connectionOf(host, port, spec, effective),
    clientEnv: {
      ...namedEnv(host, port, spec?.url(host, port ?? 0, effective)),
      ...spec?.clientEnv(host, port ?? spec.port, effective),
    },
  };
}

/** Only a server with users has name, user and password. */
function connectionOf(
  host: string,
  port: number | undefined,
  spec: EngineSpec | undefined,
  { database: name, user, password }: ServiceCredentials,
): PlannedService['connection'] {
  return {
    host,
    ...(port === undefined ? {} : { port: String(port) }),
    ...(spec === undefined ? {} : { url: spec.url(host, port ?? spec.port, { user, password, database: name }) }),
    ...(spec?.credentialVariables.user === undefined ? {} : { name, user, password }),
  };
}

/** `services.cache.host` and the like, for all services. */
export function serviceConnections(services: readonly PlannedService[]): Record<string, string> {
  const all = services.flatMap(({ name, connection }) =>
    Object.entries(connection).map(([part, value]) => [`services.${name}.${part}`, value]),
  );
  return Object.fromEntries(all);
}

/** Credentials that slipway.yml sets for the server (POSTGRES_DB …) are also those of the application. */
function withOverrides(
  credentials: ServiceCredentials,
  variables: Partial<Record<keyof ServiceCredentials, string>>,
  env: Record<string, string>,
): ServiceCredentials {
  const part = (key: keyof ServiceCredentials) => env[variables[key] ?? ''] ?? credentials[key];
  return { user: part('user'), password: part('password'), database: part('database') };
}

/** CACHE_HOST, CACHE_PORT and, for a known engine, CACHE_URL for a service with the name cache. */
function namedEnv(name: string, port: number | undefined, url: string | undefined): Record<string, string> {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  return {
    [`${prefix}_HOST`]: name,
    ...(port === undefined ? {} : { [`${prefix}_PORT`]: String(port) }),
    ...(url === undefined ? {} : { [`${prefix}_URL`]: url }),
  };
}

/** Variables of all services. For a variable of several services, the first service wins. */
export function clientEnvOf(services: readonly PlannedService[]): Record<string, string> {
  return Object.assign({}, ...[...services].reverse().map((service) => service.clientEnv));
}
