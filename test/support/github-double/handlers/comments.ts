import type { Comment } from '../world/types.ts';
import { type Call, type Handler, invalid, notFound, page, type Reply } from './reply.ts';

const LONGEST = 65_536;

const list: Handler = ({ world, shape, parameters, query }) => {
  const number = Number(parameters.issue_number);
  if (!world.isNumber(number)) return notFound;
  const comments = [...world.comments.values()].filter((comment) => comment.number === number);
  return page(comments, query, (comment) => shape.comment(comment));
};

const create: Handler = ({ world, shape, account, parameters, body }) => {
  const number = Number(parameters.issue_number);
  if (!world.isNumber(number)) return notFound;
  const wrong = refused(String(body.body));
  if (wrong) return wrong;
  const now = world.now();
  const comment = {
    id: world.nextId(),
    number,
    author: account,
    body: String(body.body),
    createdAt: now,
    updatedAt: now,
  };
  world.comments.set(comment.id, comment);
  return { status: 201, body: shape.comment(comment) };
};

const get: Handler = (call) => of(call, (comment) => ({ status: 200, body: call.shape.comment(comment) }));

const update: Handler = (call) =>
  of(call, (comment) => {
    const wrong = refused(String(call.body.body));
    if (wrong) return wrong;
    comment.body = String(call.body.body);
    comment.updatedAt = call.world.now();
    return { status: 200, body: call.shape.comment(comment) };
  });

const remove: Handler = (call) =>
  of(call, (comment) => {
    call.world.comments.delete(comment.id);
    return { status: 204 };
  });

function of({ world, parameters }: Call, then: (comment: Comment) => Reply): Reply {
  const comment = world.comments.get(Number(parameters.comment_id));
  return comment ? then(comment) : notFound;
}

function refused(body: string): Reply | undefined {
  if (body.trim() === '')
    return invalid('Validation Failed', [{ resource: 'IssueComment', code: 'missing_field', field: 'body' }]);
  if (body.length <= LONGEST) return undefined;
  const message = `body is too long (maximum is ${LONGEST} characters)`;
  return invalid('Validation Failed', [{ resource: 'IssueComment', code: 'custom', field: 'body', message }]);
}

export const comments = {
  'issues/list-comments': list,
  'issues/create-comment': create,
  'issues/get-comment': get,
  'issues/update-comment': update,
  'issues/delete-comment': remove,
} as const;
