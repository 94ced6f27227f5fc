import { checkNamespace } from '../../plan/doctor/cluster/basics.ts';
import { checkQuota, neededRoom } from '../../plan/doctor/cluster/quota.ts';
import { checkConfig, checkPullSecret } from '../../plan/doctor/cluster/secrets.ts';
import type { ExpectedEnvironment } from '../../plan/doctor/expected.ts';
import { type Fact, known } from '../../plan/doctor/fact.ts';
import type { KubeObject } from '../../ports.ts';
import { accessOf, accountOf } from './account.ts';
import type { Around, ClusterCheck } from './site.ts';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
const QUOTA = { apiVersion: 'v1', kind: 'ResourceQuota' };
const CREATE_NAMESPACE = { verb: 'create', group: '', resource: 'namespaces' };

/** Checks of the namespace of a persistent environment. */
export function environmentChecks(environment: ExpectedEnvironment, around: Around): ClusterCheck[] {
  const { subject, namespace, reads, pullSecrets } = environment;
  const { view, repositories } = around;
  const { kubectl } = around.site;
  return [
    {
      id: 'cluster.namespace',
      subject,
      check: async () => {
        const facts = {
          namespace: await view.get({ ...NAMESPACE, name: namespace }),
          mayCreate: await mayCreate(environment, around),
        };
        return checkNamespace(subject, namespace, facts, !environment.promoted, kubectl);
      },
    },
    ...reads.map((ref) => ({
      id: 'cluster.secrets' as const,
      subject,
      check: async () => {
        const looked = await view.get({ apiVersion: 'v1', kind: ref.kind, name: ref.name, namespace });
        return checkConfig(subject, ref, namespace, looked, kubectl);
      },
    })),
    ...pullSecrets.map((name) => ({
      id: 'cluster.pull-secrets' as const,
      subject,
      check: async () => {
        const looked = await view.get({ apiVersion: 'v1', kind: 'Secret', name, namespace });
        return checkPullSecret(subject, { name, namespace }, repositories, looked, kubectl);
      },
    })),
    {
      id: 'cluster.quota',
      subject,
      check: async () => {
        const objects = environment.objects ?? [];
        const quotas = await view.list(QUOTA, { namespace });
        const isLimited = quotas.known && quotas.value.length > 0;
        const live = isLimited ? await liveOf(objects, around) : known(new Set<string>());
        return checkQuota(
          subject,
          namespace,
          live.known ? quotas : live,
          neededRoom(objects, live.known ? live.value : new Set()),
          kubectl,
        );
      },
    },
  ];
}

function mayCreate(
  { name, namespace, promoted }: ExpectedEnvironment,
  { view, accounts }: Around,
): Promise<Fact<boolean>> {
  if (promoted) return Promise.resolve(known(false));
  return view.asked(`may create namespace ${name}`, async (cluster) => {
    const account = await accountOf(name, namespace, cluster, accounts);
    return (await accessOf(account, [CREATE_NAMESPACE], undefined, cluster)).allowed[0] ?? false;
  });
}

/** `<kind>/<name>` of those that exist. */
function liveOf(objects: readonly KubeObject[], { view }: Around): Promise<Fact<Set<string>>> {
  const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  return view.asked(`live ${workloads[0]?.metadata.namespace ?? ''}`, async (cluster) => {
    const found = await Promise.all(
      workloads.map(({ apiVersion, kind, metadata }) =>
        cluster.get({
          apiVersion,
          kind,
          name: metadata.name,
          ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
        }),
      ),
    );
    return new Set(found.flatMap((one) => (one === undefined ? [] : [`${one.kind}/${one.metadata.name}`])));
  });
}
