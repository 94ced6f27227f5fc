import { readEnvFile } from '../read/compose.ts';
import { at, baseOf, type Found, search } from '../repository.ts';
import type { View } from './view.ts';

/** Variables with the host or the URL of the app, and how code reads them. */
const OWN_ADDRESS: [RegExp, RegExp, string][] = [
  [/settings.*\.py$|(^|\/)(config|base|production)\.py$/, /ALLOWED_HOSTS\s*=.*["'](\w*ALLOWED_HOSTS\w*)["']/, '{host}'],
  [/(^|\/)runtime\.exs$/, /System\.(?:get_env|fetch_env!)\("(PHX_HOST|HOST)"/, '{host}'],
];

/** Variables that tell the app its own host. */
export function addressVariables(views: readonly View[]): Map<string, Found<string>> {
  const found = new Map<string, Found<string>>();
  for (const { repository, paths } of views) {
    for (const [name, pattern, value] of OWN_ADDRESS) {
      const [hit] = search(
        repository,
        paths.filter((path) => name.test(path) && !/test/.test(path)),
        pattern,
        1,
      );
      const variable = hit?.groups[0];
      if (hit !== undefined && variable !== undefined)
        found.set(variable, { value, from: at(hit.path, hit.line, hit.text) });
    }
  }
  return found;
}

const SAMPLE =
  /^(\.env\.(example|sample|dist|template|prod|production)|env\.(example|sample)|\.env-sample|\.env\.[\w]+\.example)$/;
const SECRET = /SECRET|PASSWORD|TOKEN|(^|_)KEY($|_)|CREDENTIAL|SALT|_DSN$|MASTER_KEY/;
const HANDLED = /^(DATABASE_|DB_|PG|POSTGRES_|MYSQL_|MARIADB_|REDIS_)/;

/** Variables that look like secrets of the app, for which only a person knows the values. At most eight. */
export function secretVariables(views: readonly View[], known: ReadonlySet<string>): Found<string>[] {
  const found = new Map<string, Found<string>>();
  for (const { repository, paths, part } of views) {
    const samples = paths.filter((path) => SAMPLE.test(baseOf(path)) && path.split('/').length <= 3);
    const all = [
      ...samples.flatMap((path) => readEnvFile(repository, path)),
      ...part.services.flatMap(({ env }) => [...env]),
    ];
    for (const [name, { from }] of all) {
      if (SECRET.test(name) && !HANDLED.test(name) && !known.has(name) && !found.has(name))
        found.set(name, { value: name, from });
    }
  }
  return [...found.values()].slice(0, 8);
}
