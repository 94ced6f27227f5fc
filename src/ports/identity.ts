/** A job of GitHub Actions, as GitHub's signed token describes it. @see https://docs.github.com/actions/reference/security/oidc */
export interface JobIdentity {
  /** owner/name */
  repository: string;
  /** Numeric id, as text. */
  repositoryId: string;
  /** GITHUB_EVENT_NAME */
  event: string;
  /** GITHUB_REF */
  ref: string;
  /** GITHUB_SHA */
  sha: string;
  /** owner/name/.github/workflows/file.yml@ref of the workflow of the run. */
  workflow: string;
  /** The commit of that file. */
  workflowSha: string;
  /** The workflow whose steps the job runs: a reusable one, or `workflow` itself. */
  jobWorkflow: string;
  /** The job ran on a machine of GitHub, which is new for each job. */
  hosted: boolean;
}

/** Signs with the identity of this job, and reads the signatures of others. One implementation: `adapters/github`. */
export interface Identities {
  /** The job has the permission `id-token: write`. */
  readonly canSign: boolean;
  /**
   * GitHub's token for this job, with the text as its audience; undefined in a job without the permission `id-token: write`.
   * Rejects with an EnvironmentError when GitHub does not answer.
   */
  sign(text: string): Promise<string | undefined>;
  /** Begins to read what `signer` verifies with, while other work runs. */
  prepare(): void;
  /** The job that signed exactly this text, or why the token proves nothing. Its age does not count. */
  signer(token: string, text: string): Promise<JobIdentity | { invalid: string }>;
}
