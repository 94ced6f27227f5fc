import { randomBytes } from 'node:crypto';
import type { Operation } from './openapi/operations.ts';
import type { Account } from './world/types.ts';
import { ACTIONS_BOT } from './world/world.ts';

type Level = 'read' | 'write';
export type Permissions = Partial<Record<string, Level>>;

export interface Token {
  account: Account;
  /** Tokens of GitHub Apps may not ask who they are. */
  installation: boolean;
  permissions: Permissions;
}

/** Everything that Slipway's workflows ask for. */
export const FULL: Permissions = {
  metadata: 'read',
  contents: 'read',
  actions: 'read',
  issues: 'write',
  pull_requests: 'write',
  deployments: 'write',
};

const COMMENTS = ['issues', 'pull_requests'];

/** What `slipway doctor` reads, and what the commands that it prints write. */
export const ADMINISTRATION: Permissions = {
  ...FULL,
  administration: 'write',
  environments: 'write',
  secrets: 'write',
  variables: 'write',
  packages: 'read',
  organization_administration: 'read',
};

/** Any one of these permissions allows the operation. @see https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const NEEDED: Record<Operation, { any: string[]; level: Level }> = {
  'graphql/viewer': { any: [], level: 'read' },
  'issues/create': { any: ['issues'], level: 'write' },
  'issues/create-comment': { any: COMMENTS, level: 'write' },
  'issues/delete-comment': { any: COMMENTS, level: 'write' },
  'issues/get-comment': { any: COMMENTS, level: 'read' },
  'issues/list-comments': { any: COMMENTS, level: 'read' },
  'issues/list-for-repo': { any: ['issues'], level: 'read' },
  'issues/update': { any: COMMENTS, level: 'write' },
  'issues/update-comment': { any: COMMENTS, level: 'write' },
  'actions/get-reviews-for-run': { any: ['actions'], level: 'read' },
  'actions/re-run-workflow': { any: ['actions'], level: 'write' },
  'reactions/create-for-issue-comment': { any: COMMENTS, level: 'write' },
  'repos/get-collaborator-permission-level': { any: ['metadata'], level: 'read' },
  'pulls/get': { any: ['pull_requests'], level: 'read' },
  'pulls/list': { any: ['pull_requests'], level: 'read' },
  'rate-limit/get': { any: [], level: 'read' },
  'repos/compare-commits': { any: ['contents'], level: 'read' },
  'repos/create-deployment': { any: ['deployments'], level: 'write' },
  'repos/create-deployment-status': { any: ['deployments'], level: 'write' },
  'repos/delete-an-environment': { any: ['administration'], level: 'write' },
  'repos/delete-deployment': { any: ['deployments'], level: 'write' },
  'repos/get': { any: ['metadata'], level: 'read' },
  'repos/get-all-environments': { any: ['actions'], level: 'read' },
  'repos/get-commit': { any: ['contents'], level: 'read' },
  'repos/get-content': { any: ['contents'], level: 'read' },
  'repos/get-deployment': { any: ['deployments'], level: 'read' },
  'repos/get-environment': { any: ['actions'], level: 'read' },
  'repos/list-deployment-statuses': { any: ['deployments'], level: 'read' },
  'repos/list-deployments': { any: ['deployments'], level: 'read' },
  'users/get-authenticated': { any: [], level: 'read' },
  'actions/create-environment-variable': { any: ['environments'], level: 'write' },
  'actions/create-or-update-environment-secret': { any: ['environments'], level: 'write' },
  'actions/create-or-update-repo-secret': { any: ['secrets'], level: 'write' },
  'actions/create-repo-variable': { any: ['variables'], level: 'write' },
  'actions/get-allowed-actions-repository': { any: ['administration'], level: 'read' },
  'actions/get-github-actions-default-workflow-permissions-repository': { any: ['administration'], level: 'read' },
  'actions/get-github-actions-permissions-repository': { any: ['administration'], level: 'read' },
  'actions/list-environment-secrets': { any: ['environments'], level: 'read' },
  'actions/list-environment-variables': { any: ['environments'], level: 'read' },
  'actions/list-repo-organization-secrets': { any: ['secrets'], level: 'read' },
  'actions/list-repo-organization-variables': { any: ['variables'], level: 'read' },
  'actions/list-repo-secrets': { any: ['secrets'], level: 'read' },
  'actions/list-repo-variables': { any: ['variables'], level: 'read' },
  'actions/set-allowed-actions-repository': { any: ['administration'], level: 'write' },
  'actions/set-github-actions-default-workflow-permissions-repository': { any: ['administration'], level: 'write' },
  'actions/set-github-actions-permissions-repository': { any: ['administration'], level: 'write' },
  'orgs/get': { any: ['organization_administration'], level: 'read' },
  'packages/delete-package-version-for-org': { any: ['packages'], level: 'write' },
  'packages/delete-package-version-for-user': { any: ['packages'], level: 'write' },
  'packages/get-all-package-versions-for-package-owned-by-org': { any: ['packages'], level: 'read' },
  'packages/get-all-package-versions-for-package-owned-by-user': { any: ['packages'], level: 'read' },
  'packages/get-package-for-organization': { any: ['packages'], level: 'read' },
  'packages/get-package-for-user': { any: ['packages'], level: 'read' },
  'repos/create-deployment-branch-policy': { any: ['administration'], level: 'write' },
  'repos/create-or-update-environment': { any: ['administration'], level: 'write' },
  'repos/list-deployment-branch-policies': { any: ['actions'], level: 'read' },
};

/** The tokens that the double knows. */
export class Tokens {
  private readonly known = new Map<string, Token>();

  /** A new token: by default the job's GITHUB_TOKEN, of a bot that of a GitHub App. Prefixes are GitHub's own. */
  add(permissions: Permissions = FULL, user?: Account): string {
    const account = user ?? ACTIONS_BOT;
    const installation = account.type === 'Bot';
    const text = `${installation ? 'ghs' : 'ghp'}_${randomBytes(18).toString('hex')}`;
    this.known.set(text, { account, installation, permissions });
    return text;
  }

  of(header: string | undefined): Token | undefined {
    return this.known.get((header ?? '').replace(/^(token|bearer) /i, ''));
  }
}

/** What the token lacks for an operation, as GitHub's header X-Accepted-GitHub-Permissions names it. */
export function lacking(token: Token, operation: Operation): string | undefined {
  if (operation === 'users/get-authenticated') return token.installation ? '' : undefined;
  const { any, level } = NEEDED[operation];
  const has = (name: string) => token.permissions[name] === 'write' || token.permissions[name] === level;
  return any.length === 0 || any.some(has) ? undefined : any.map((name) => `${name}=${level}`).join('; ');
}
