import type { Account, Issue, Pull } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { type Call, type Handler, invalid, notFound, page } from './reply.ts';

const LONGEST = 65_536;

/** Pull requests are issues too, as GitHub lists them; newest first. */
const list: Handler = ({ world, shape, query }) => {
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const order = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const all: (Issue | Pull)[] = [...world.issues.values(), ...world.pulls.values()];
  const matching = all
    .filter((one) => state === 'all' || one.state === state)
    .filter((one) => labels.every((label) => 'labels' in one && one.labels.includes(label)))
    .sort((a, b) => b[order].localeCompare(a[order]) || b.number - a.number);
  if (query.get('direction') === 'asc') matching.reverse();
  return page(matching, query, (one) => {
    const comments = commentsOf(world, one.number);
    return 'labels' in one ? shape.issue(one, comments) : shape.pullAsIssue(one, comments);
  });
};

const create: Handler = ({ world, shape, account, body }) => {
  if (String(body.title ?? '').trim() === '' || String(body.body ?? '').length > LONGEST) {
    return invalid('Validation Failed', [{ resource: 'Issue', code: 'invalid', field: 'title or body' }]);
  }
  const labels = ((body.labels ?? []) as string[]).map(String);
  const issue = newIssue(world, account, { title: String(body.title), body: String(body.body ?? ''), labels });
  return { status: 201, body: shape.issue(issue, 0) };
};

const update: Handler = ({ world, shape, parameters, body }: Call) => {
  const issue = world.issues.get(Number(parameters.issue_number));
  if (!issue) return notFound;
  if (String(body.body ?? '').length > LONGEST) return invalid('Validation Failed');
  const now = world.now();
  if (body.title !== undefined) issue.title = String(body.title);
  if (body.body !== undefined) issue.body = String(body.body ?? '');
  issue.updatedAt = now;
  if (body.state === 'open' || body.state === 'closed') {
    changeState(issue, body.state, now, body.state_reason as Issue['stateReason'] | undefined);
  }
  return { status: 200, body: shape.issue(issue, commentsOf(world, issue.number)) };
};

export function newIssue(
  world: World,
  author: Account,
  { title, body, labels }: Pick<Issue, 'title' | 'body' | 'labels'>,
): Issue {
  const now = world.now();
  const own = { id: world.nextId(), number: world.nextNumber(), title, body, labels, author };
  const issue: Issue = {
    ...own,
    state: 'open',
    stateReason: null,
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
  };
  world.issues.set(issue.number, issue);
  return issue;
}

export function changeState(issue: Issue, state: Issue['state'], now: string, reason?: Issue['stateReason']): void {
  issue.state = state;
  issue.stateReason = state === 'closed' ? (reason ?? 'completed') : 'reopened';
  issue.closedAt = state === 'closed' ? now : undefined;
  issue.updatedAt = now;
}

function commentsOf(world: World, number: number): number {
  return [...world.comments.values()].filter((comment) => comment.number === number).length;
}

export const issues = { 'issues/list-for-repo': list, 'issues/create': create, 'issues/update': update } as const;
