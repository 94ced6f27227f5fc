/**
 * The operations of GitHub's REST API that the double serves. Only these are cut out of the description; any other request
 * is a violation. Extend this list and `handlers/` together.
 */
export const OPERATIONS = [
  'actions/get-reviews-for-run',
  'actions/re-run-workflow',
  'issues/create',
  'issues/create-comment',
  'issues/delete-comment',
  'issues/get-comment',
  'issues/list-comments',
  'issues/list-for-repo',
  'issues/update',
  'issues/update-comment',
  'pulls/get',
  'pulls/list',
  'rate-limit/get',
  'reactions/create-for-issue-comment',
  'repos/compare-commits',
  'repos/create-deployment',
  'repos/create-deployment-status',
  'repos/delete-an-environment',
  'repos/delete-deployment',
  'repos/get',
  'repos/get-all-environments',
  'repos/get-collaborator-permission-level',
  'repos/get-commit',
  'repos/get-content',
  'repos/get-deployment',
  'repos/get-environment',
  'repos/list-deployment-statuses',
  'repos/list-deployments',
  'users/get-authenticated',
] as const;
export type OperationId = (typeof OPERATIONS)[number];

/** The query of GitHub's GraphQL API that the double answers, beside the REST operations. */
export type Operation = OperationId | 'graphql/viewer';
