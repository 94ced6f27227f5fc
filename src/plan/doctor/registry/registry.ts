import type { Fact } from '../fact.ts';
import { unknown } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { command } from '../shell.ts';

export function checkRegistryReached(host: string, ping: Fact<void>): Finding {
  const found = finder('registry.reachable', host);
  if (ping.known) return found.ok('the registry answers');
  return found.failed('the registry does not answer', {
    evidence: [ping.why],
    advice: ping.advice ?? 'Check the host in image.repository, and the network of this machine.',
  });
}

/** @param read of the repository; a login that is missing is no answer about the pipeline */
export function checkPull(repository: string, read: Fact<void>): Finding {
  const found = finder('registry.pull', repository);
  if (read.known) return found.ok('this identity may read it');
  if (/requires a login|does not accept the login/.test(read.why)) {
    const host = repository.split('/')[0] ?? '';
    return found.unknown('whether it can be read', unknown(read.why, `a login to ${host} (docker login ${host})`));
  }
  if (!/is denied/.test(read.why)) return found.unknown('whether it can be read', read);
  return found.failed('this identity may not read it', {
    evidence: [read.why],
    advice: read.advice ?? 'Give it read access.',
  });
}

/** A repository of Artifact Registry: projects/…/locations/…/repositories/…; undefined for any other registry. */
export interface GoogleRepository {
  name: string;
  project: string;
  location: string;
  id: string;
}

/** @param repository host/path of an image */
export function googleRepository(repository: string): GoogleRepository | undefined {
  const [, location, project, id] = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)/.exec(repository) ?? [];
  if (location === undefined || project === undefined || id === undefined) return undefined;
  return { name: `projects/${project}/locations/${location}/repositories/${id}`, project, location, id };
}

/** Container Registry, shut on 2025-03-18; its names live on where a project moved them to Artifact Registry. */
const OLD = /^([a-z]+\.)?gcr\.io\//;

export function checkRepositoryExists(
  repository: string,
  google: GoogleRepository | undefined,
  format: Fact<string | undefined>,
): Finding {
  const found = finder('registry.repository', repository);
  if (OLD.test(repository)) {
    const why = 'it answers under this name only if its owner moved it to Artifact Registry';
    return found.unknown(
      'Container Registry takes no images since 2025-03-18',
      unknown(why),
      'Use a name under …-docker.pkg.dev.',
    );
  }
  if (google === undefined)
    return found.skipped('the first push creates the repository, or the registry says that it is missing');
  const { name, project, location, id } = google;
  return found.of(name, format, (given) => {
    const create = command(
      'gcloud',
      'artifacts',
      'repositories',
      'create',
      `--project=${project}`,
      `--location=${location}`,
      '--repository-format=docker',
      id,
    );
    if (given === undefined) return found.failed(`${name} does not exist`, { fix: create });
    if (given === 'DOCKER') return found.ok(`${name} exists`);
    return found.failed(`${name} is of the format ${given}, not DOCKER`, { advice: 'Use another repository.' });
  });
}

/** @param permissions those of Artifact Registry that this identity has; for any other registry nobody knows without a push */
export function checkPush(
  repository: string,
  google: GoogleRepository | undefined,
  permissions: Fact<string[]>,
): Finding {
  const found = finder('registry.push', repository);
  if (google === undefined) {
    const why = 'only an upload would tell, and the doctor writes nothing; push-to-registry checks it before it pushes';
    return found.unknown('whether it can be written', unknown(why));
  }
  return found.of('whether it can be written', permissions, (given) => {
    if (given.includes(UPLOAD)) return found.ok('this identity may write it');
    // A person who sets it up need not be able to push.
    return found.unknown('this identity may not write it', unknown('the identity of the jobs may', UPLOAD));
  });
}

export const UPLOAD = 'artifactregistry.repositories.uploadArtifacts';

/** @param linked full name of the repository of the package; null: none; undefined: there is no package yet */
export function checkLinked(repository: string, own: string, linked: Fact<string | null | undefined>): Finding {
  const found = finder('registry.linked', repository);
  return found.of('the package', linked, (given) => {
    if (given === undefined)
      return found.skipped('the first push creates the package, and connects it to the repository');
    if (given?.toLowerCase() === own.toLowerCase()) return found.ok(`the package belongs to ${own}`);
    const [, owner = '', ...path] = repository.split('/');
    return found.failed(
      `the package belongs to ${given ?? 'no repository'}, and the jobs of ${own} may not push to it`,
      {
        advice: `Connect it: https://github.com/users/${owner}/packages/container/package/${path.join('%2F')} (or /orgs/${owner}/…), "Connect repository" or "Manage Actions access".`,
      },
    );
  });
}
