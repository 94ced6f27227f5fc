import type { ActionsPolicy, RepositoryFacts } from '../../../ports.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Gh, GitHubAddress } from './address.ts';

export function checkRepository({ apiUrl, repository }: GitHubAddress, fact: Fact<RepositoryFacts>): Finding {
  const found = finder('github.repository');
  return found.of(`repository ${repository}`, fact, ({ id, fullName, isPrivate }) => {
    const saw = [`${apiUrl}, repository id ${id}, ${isPrivate ? 'private' : 'public'}`];
    if (fullName.toLowerCase() === repository.toLowerCase()) return found.ok(`${repository} is found`, saw);
    return found.failed(`${repository} has moved to ${fullName}`, {
      fix: `git remote set-url origin "$(git remote get-url origin | sed 's|${repository}|${fullName}|')"`,
    });
  });
}

/** @param used owner/name of every action that the jobs call */
export function checkActions(used: readonly string[], policy: Fact<ActionsPolicy>, gh: Gh): Finding {
  const found = finder('github.actions');
  return found.of('the settings of Actions', policy, ({ enabled, allowed, selected }) => {
    const all = gh.api('PUT', 'actions/permissions', '-F', 'enabled=true', '-f', 'allowed_actions=all');
    if (!enabled) return found.failed('Actions are disabled for this repository', { fix: all });
    if (allowed === 'all') return found.ok('workflows may call every action');
    if (allowed === 'local_only' || selected === undefined) {
      return found.failed('workflows may call actions of this owner alone', { fix: all });
    }
    const refused = used.filter((action) => !admits(selected, action));
    if (refused.length === 0) return found.ok('the settings allow the actions that the workflows call');
    const patterns = [
      ...new Set([...selected.patterns, ...refused.map((action) => `${action}@*`), ...subfolders(refused)]),
    ];
    const body = {
      github_owned_allowed: selected.gitHubOwned,
      verified_allowed: selected.verified,
      patterns_allowed: patterns,
    };
    return found.failed(`the settings do not allow ${refused.join(', ')}`, {
      fix: gh.send('PUT', 'actions/permissions/selected-actions', body),
    });
  });
}

function subfolders(actions: readonly string[]): string[] {
  return actions.map((action) => `${action}/*`);
}

/** Verified creators whose actions the workflows to copy call. */
const VERIFIED: readonly string[] = ['google-github-actions', 'docker'];

/** @see https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository */
function admits({ gitHubOwned, verified, patterns }: NonNullable<ActionsPolicy['selected']>, action: string): boolean {
  const [owner = ''] = action.split('/');
  if (gitHubOwned && ['actions', 'github'].includes(owner)) return true;
  if (verified && VERIFIED.includes(owner)) return true;
  return patterns.some((pattern) => {
    const [wanted = ''] = pattern.split('@');
    return (
      wanted === action || wanted === '*' || (wanted.endsWith('*') && `${action}/`.startsWith(wanted.slice(0, -1)))
    );
  });
}

export function checkWorkflowToken(token: Fact<'read' | 'write'>, gh: Gh): Finding {
  const found = finder('github.workflow-token');
  return found.of('the default of the workflow token', token, (level) => {
    if (level === 'read') return found.ok('the token of a workflow can only read by default');
    return found.failed('the token of every workflow without `permissions:` can write', {
      fix: gh.api('PUT', 'actions/permissions/workflow', '-f', 'default_workflow_permissions=read'),
    });
  });
}
