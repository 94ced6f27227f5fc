import { type Handler, notFound } from './reply.ts';

/** A reaction that is there already is answered with 200, and not made twice. */
const react: Handler = ({ world, shape, account, parameters, body }) => {
  const comment = world.comments.get(Number(parameters.comment_id));
  if (!comment) return notFound;
  const content = String(body.content);
  const known = world.reactions.find(
    (one) => one.comment === comment.id && one.content === content && one.account.id === account.id,
  );
  const reaction = known ?? { id: world.nextId(), comment: comment.id, content, account };
  if (!known) world.reactions.push(reaction);
  return { status: known ? 200 : 201, body: shape.reaction(reaction, world.now()) };
};

/** Who is no collaborator may read, where the repository is public. */
const permission: Handler = ({ world, shape, parameters }) => {
  const login = parameters.username ?? '';
  const level = world.permissions.get(login) ?? 'read';
  return { status: 200, body: shape.permission(world.account(login), level) };
};

const reviewsOfRun: Handler = ({ world, shape, parameters }) => {
  const run = Number(parameters.run_id);
  const standing = [...world.environments.values()].flatMap(({ name, approvedBy }) =>
    approvedBy ? [{ run, environment: name, state: 'approved' as const, account: world.account(approvedBy) }] : [],
  );
  const reviews = [...world.runReviews.filter((review) => review.run === run), ...standing];
  return { status: 200, body: reviews.map((review) => shape.deployments.runReview(review)) };
};

const runAgain: Handler = ({ world, parameters }) => {
  world.runsAgain.push(Number(parameters.run_id));
  return { status: 201, body: {} };
};

export const commands = {
  'reactions/create-for-issue-comment': react,
  'repos/get-collaborator-permission-level': permission,
  'actions/get-reviews-for-run': reviewsOfRun,
  'actions/re-run-workflow': runAgain,
} as const;
