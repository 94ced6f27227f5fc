/** The repository's history, as far as a stage asks. */
export interface History {
  /** Committer date of a commit, in seconds since the epoch; undefined where there is no such commit or no git. */
  commitTime(sha: string): Promise<number | undefined>;
}
