import { loadAll } from 'js-yaml';
import { accountOf } from './acme.ts';
import type { LocalCluster } from './local-cluster.ts';
import { block } from './operator-guide.ts';

interface Rule {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const PLURAL: Record<string, string> = {
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

export interface GuideNames {
  /** For what belongs to the whole cluster, which others use too. */
  prefix: string;
  staging: string;
  production: string;
  /** The Kubernetes user of a stage; default: its e-mail address, as on GKE. */
  userOf?(stage: string): string;
}

/** Step 5 of docs/google-cloud.md with names of one's own. */
export function guideRules({ prefix, staging, production, userOf = accountOf }: GuideNames): string {
  const stages = ['staging', 'production', 'plan'];
  return stages.reduce(
    (text, stage) => text.replaceAll(accountOf(stage), userOf(stage)),
    block('rbac')
      .replaceAll('slipway-deployer', `${prefix}-deployer`)
      .replaceAll('slipway-plan-writes-nothing', `${prefix}-plan`)
      .replaceAll(/namespace: parking-staging\b/g, `namespace: ${staging}`)
      .replaceAll(/namespace: parking\b/g, `namespace: ${production}`),
  );
}

/** Applies them as the administrator; resolves to what takes them away again. */
export async function applyGuideRules(cluster: LocalCluster, names: GuideNames): Promise<() => Promise<void>> {
  const undo: string[] = [];
  for (const rule of loadAll(guideRules(names)) as Rule[]) {
    const { name, namespace } = rule.metadata;
    const folder = `/apis/${rule.apiVersion}/${namespace ? `namespaces/${namespace}/` : ''}${PLURAL[rule.kind]}`;
    await cluster.admin('POST', folder, rule);
    undo.unshift(`${folder}/${name}`);
  }
  return async () => {
    for (const path of undo) await cluster.admin('DELETE', path);
  };
}
