import type { ServiceCredentials } from './engine.ts';

/** An address with user and password. */
export const url =
  (scheme: string) =>
  (host: string, port: number, { user, password, database }: ServiceCredentials) =>
    `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;

/**
 * The parts of a connection under the names that frameworks read: Laravel (DB_CONNECTION …), WordPress, Symfony and Node's (DB_NAME, DB_USER),
 * Spring Boot.
 * @see https://laravel.com/docs/12.x/database#configuration
 * @see https://docs.spring.io/spring-boot/appendix/application-properties/index.html#appendix.application-properties.data
 */
export function parts(
  connection: string,
  jdbc: string,
  host: string,
  port: number,
  c: ServiceCredentials,
): Record<string, string> {
  return {
    DB_CONNECTION: connection,
    DB_HOST: host,
    DB_PORT: String(port),
    DB_DATABASE: c.database,
    DB_NAME: c.database,
    DB_USERNAME: c.user,
    DB_USER: c.user,
    DB_PASSWORD: c.password,
    SPRING_DATASOURCE_URL: `jdbc:${jdbc}://${host}:${port}/${encodeURIComponent(c.database)}`,
    SPRING_DATASOURCE_USERNAME: c.user,
    SPRING_DATASOURCE_PASSWORD: c.password,
  };
}
