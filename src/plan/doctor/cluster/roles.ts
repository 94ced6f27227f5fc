import type { CheckId } from '../../../doctor-checks.ts';
import type { ResourceAttributes } from '../../../ports.ts';
import { yamlDocuments } from '../../../text/yaml/write.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { type Account, type Kubectl, subjectOf } from './target.ts';

/** Answers of the API server about one account. */
export interface Access {
  account: Account;
  /** As the API server names the account; undefined: it does not say. */
  username: string | undefined;
  /** All access in the namespace (or everywhere) is allowed. */
  everything: boolean;
  questions: readonly ResourceAttributes[];
  allowed: readonly boolean[];
}

export interface RoleCheck {
  id: CheckId;
  subject: string;
  /** Name of the role that the fix writes. */
  role: string;
  /** undefined: the whole cluster. */
  namespace: string | undefined;
  access: Fact<Access>;
  kubectl: Kubectl;
}

/**
 * Whether the account may do what it needs. The fix is a role with everything that is needed, and not only with what is missing: the
 * same command then fixes every state.
 */
export function checkRole({ id, subject, role, namespace, access, kubectl }: RoleCheck): Finding {
  const found = finder(id, subject);
  const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`;
  return found.of(`what the account may do ${where}`, access, (given) => {
    const { account, questions, allowed } = given;
    const name = account.user ?? given.username ?? 'this account';
    const missing = questions.filter((_, index) => !allowed[index]);
    const saw = [`as ${name} (${HOW[account.from]})`];
    if (missing.length === 0 && account.from === 'self' && given.everything) {
      return found.unknown(
        `${name} may do everything ${where}`,
        { known: false, why: 'this says nothing about the account of the pipeline', permission: undefined },
        'Name that account (--as), or use its kubeconfig.',
      );
    }
    if (missing.length === 0) return found.ok(`${name} may do all ${questions.length} things ${where}`, saw);
    return found.failed(`${name} may not do ${missing.length} of ${questions.length} things ${where}`, {
      fix: kubectl.apply(roleYaml(role, namespace, questions, name)),
      evidence: [...saw, `missing: ${inWords(missing)}`],
    });
  });
}

const HOW: Record<Account['from'], string> = {
  option: 'option --as',
  variable: 'variable SLIPWAY_SERVICE_ACCOUNT',
  guide: 'the ServiceAccount of docs/kubernetes.md',
  self: 'the identity that runs the doctor',
};

function inWords(missing: readonly ResourceAttributes[]): string {
  const byResource = new Map<string, string[]>();
  for (const one of missing) byResource.set(nameOf(one), [...(byResource.get(nameOf(one)) ?? []), one.verb]);
  return [...byResource].map(([resource, verbs]) => `${verbs.join(', ')} ${resource}`).join('; ');
}

function nameOf({ resource, subresource }: ResourceAttributes): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function roleYaml(
  name: string,
  namespace: string | undefined,
  questions: readonly ResourceAttributes[],
  user: string,
): string {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const apiVersion = `${group}/v1`;
  return yamlDocuments([
    { apiVersion, kind, metadata, rules: rulesFor(questions) },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: group, kind, name },
      subjects: [subjectOf(user)],
    },
  ]);
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** One rule for all resources of a group with the same verbs. */
function rulesFor(questions: readonly ResourceAttributes[]): Rule[] {
  const resources = new Map<string, { group: string; resource: string; verbs: Set<string> }>();
  for (const one of questions) {
    const key = `${one.group}/${nameOf(one)}`;
    const entry = resources.get(key) ?? { group: one.group, resource: nameOf(one), verbs: new Set<string>() };
    entry.verbs.add(one.verb);
    resources.set(key, entry);
  }
  const rules = new Map<string, Rule>();
  for (const { group, resource, verbs } of resources.values()) {
    const sorted = [...verbs].sort();
    const key = `${group} ${sorted.join()}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs: sorted };
    rule.resources.push(resource);
    rules.set(key, rule);
  }
  return [...rules.values()];
}
