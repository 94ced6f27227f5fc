import { readFileSync } from 'node:fs';
import { checkoutFrom, runWorkflow, type UsedStep, type World } from '../workflow-runner.ts';
import { signInWithGoogle } from './credentials-file.ts';

/** What `run-workflow.ts <file>` reads from the file. */
export interface WorkflowRequest extends Omit<World, 'replacements' | 'issueToken' | 'idToken' | 'approve' | 'signal'> {
  workflow: string;
  /** Where GitHub's identity tokens come from, and by which token each job asks for its own. */
  identity: { url: string; jobs: Record<string, string> };
  /** Git repository that actions/checkout takes the ref from. */
  repository: string;
}

/** What it prints at the end, after `> `. */
export interface WorkflowAnswer {
  jobs: Record<
    string,
    { result: string; steps: { name: string; outcome: string; outputs: Record<string, string>; log?: string }[] }
  >;
}

/**
 * Runs a workflow file in a process of its own, where Google's names are the doubles'. Our actions run as they are; those of
 * others do here what they do on GitHub, as far as later steps see it.
 */
const [file = ''] = process.argv.slice(2);
const request: WorkflowRequest = JSON.parse(readFileSync(file, 'utf8'));
const { url } = request.identity;
let token = '';
const run = await runWorkflow(request.workflow, {
  ...request,
  replacements: {
    // Every run here is the first one.
    'actions/cache/restore': async () => ({}),
    'actions/cache/save': async () => ({}),
    'actions/checkout': checkoutFrom(request.repository),
    'google-github-actions/auth': signIn,
  },
  // Called when a job begins, before it gets its identity.
  issueToken: (_granted, job) => {
    token = request.identity.jobs[job] ?? '';
    return request.facts?.token ?? '';
  },
  get idToken() {
    return { url, token };
  },
});
const jobs = Object.entries(run.jobs).map(([id, job]) => {
  const steps = job.steps.map(({ name, outcome, outputs, action }) => ({
    name,
    outcome,
    outputs,
    ...(action ? { log: action.log.lines.join('\n') } : {}),
  }));
  return [id, { result: job.result, steps }] as const;
});
const answer: WorkflowAnswer = { jobs: Object.fromEntries(jobs) };
console.log(`> ${JSON.stringify(answer)}`);

async function signIn({ inputs, env, folders }: UsedStep): Promise<Record<string, string>> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = env;
  if (!requestUrl || !requestToken) throw new Error('the job has no permission id-token: write');
  const serviceAccount = inputs.service_account || undefined;
  if (inputs.token_format === 'access_token') return accessToken(inputs, requestUrl, requestToken);
  const variables = signInWithGoogle({
    workspace: folders.workspace,
    oidc: { requestUrl, requestToken },
    provider: inputs.workload_identity_provider ?? '',
    ...(serviceAccount ? { serviceAccount } : {}),
  });
  Object.assign(env, variables);
  return {};
}

/** The token that the action answers with `token_format: access_token`, and no file with `create_credentials_file: false`. */
async function accessToken(
  inputs: Record<string, string>,
  requestUrl: string,
  requestToken: string,
): Promise<Record<string, string>> {
  if (inputs.create_credentials_file !== 'false') throw new Error('a file of credentials is not wanted here');
  const { workload_identity_provider: provider = '', service_account: account = '' } = inputs;
  const scopes = (inputs.access_token_scopes ?? '').split(/[,\s]+/);
  const identity = await json(
    `${requestUrl}&audience=${encodeURIComponent(`https://iam.googleapis.com/${provider}`)}`,
    {
      headers: { authorization: `Bearer ${requestToken}` },
    },
  );
  const federated = await json('https://sts.googleapis.com/v1/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      audience: `//iam.googleapis.com/${provider}`,
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
      subjectToken: identity.value,
    }),
  });
  const path = `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const given = await json(`https://iamcredentials.googleapis.com${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${federated.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: scopes, lifetime: inputs.access_token_lifetime ?? '3600s' }),
  });
  return { access_token: String(given.accessToken) };
}

async function json(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
