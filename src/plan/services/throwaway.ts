import { tryReference } from '../../objects/image-reference.ts';
import { ENGINES } from '../engines/engines.ts';
import type { PlannedService } from './service.ts';

/**
 * The service for a test. Nobody keeps its data, so a database does not wait for the disk: PostgreSQL starts and answers
 * several times faster, and MySQL writes no binary log. `env` and `command` of slipway.yml win. A service with another image
 * name than the official one is unchanged, since its entrypoint may take other arguments.
 */
export function throwaway(service: PlannedService): PlannedService {
  const spec = service.engine ? ENGINES[service.engine] : undefined;
  if (spec?.throwaway === undefined || !sameName(service.image, spec.image)) return service;
  return {
    ...service,
    env: { ...spec.throwaway.env, ...service.env },
    command: service.command ?? spec.throwaway.command,
  };
}

/** postgres:15 and mirror.acme.dev/library/postgres:17 have the same name; Bitnami's mysql is another image. */
function sameName(image: string, official: string): boolean {
  const path = (text: string) => tryReference(text)?.path.split('/') ?? [];
  return path(image).at(-1) === path(official).at(-1) && !/^bitnami/.test(path(image).at(-2) ?? '');
}
