import type { CheckId } from '../../doctor-checks.ts';
import type { Expected } from '../../plan/doctor/expected.ts';
import { known, unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import {
  checkLinked,
  checkPull,
  checkPush,
  checkRegistryReached,
  checkRepositoryExists,
  googleRepository,
  UPLOAD,
} from '../../plan/doctor/registry/registry.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import type { InspectedRegistry } from '../../ports.ts';
import type { GitHubView } from './github.ts';
import type { GoogleView } from './identity.ts';
import { look } from './look.ts';
import type { Task } from './task.ts';

/** What answers questions about registries. */
export interface RegistryViews {
  registry: InspectedRegistry;
  google: GoogleView;
  /** undefined: the checkout has no repository on GitHub. */
  github: GitHubView | undefined;
}

export function registryTasks({ images }: Pick<Expected, 'images'>, views: RegistryViews): Task[] {
  const all = Object.values(images);
  const hosts = [...new Set(all.map(({ host }) => host))];
  const { registry } = views;
  return [
    ...hosts.map((host) =>
      task('registry.reachable', host, async () => checkRegistryReached(host, await look(() => registry.ping(host)))),
    ),
    ...all.flatMap(({ repository, host }) => [
      task('registry.repository', repository, () => exists(repository, views)),
      task('registry.pull', repository, async () => checkPull(repository, await look(() => registry.read(repository)))),
      task('registry.push', repository, () => mayPush(repository, views)),
      ...(host === 'ghcr.io' ? [task('registry.linked', repository, () => linked(repository, views))] : []),
    ]),
  ];
}

function task(id: CheckId, subject: string, check: () => Promise<Finding>): Task {
  return {
    area: 'registry',
    title: `${id} of ${subject}`,
    run: async () => [await check()],
    late: (why) => [finder(id, subject).unknown(id, unknown(why))],
  };
}

async function exists(repository: string, { google }: RegistryViews): Promise<Finding> {
  const own = googleRepository(repository);
  const format = own ? await google.ask((settings) => settings.repositoryFormat(own.name)) : known(undefined);
  return checkRepositoryExists(repository, own, format);
}

async function mayPush(repository: string, { google }: RegistryViews): Promise<Finding> {
  const own = googleRepository(repository);
  const has = own ? await google.ask((settings) => settings.repositoryPermissions(own.name, [UPLOAD])) : known([]);
  return checkPush(repository, own, has);
}

async function linked(repository: string, { github }: RegistryViews): Promise<Finding> {
  const facts = github ? await github.repository() : unknown('the checkout has no remote `origin` on GitHub');
  if (!facts.known || github === undefined) return checkLinked(repository, '', facts.known ? unknown('') : facts);
  const [, owner = '', ...path] = repository.split('/');
  const { fullName, owner: ofRepository } = facts.value;
  const isOrganisation = ofRepository.login.toLowerCase() === owner ? ofRepository.isOrganisation : true;
  const found = await github.ask((settings) =>
    settings.packageRepository({ login: owner, isOrganisation }, path.join('/')),
  );
  return checkLinked(repository, fullName, found);
}
