/** The repository's history. */
export interface History {
  /** Committer date of a commit, in seconds since the epoch; undefined without this commit or without git. */
  commitTime(sha: string): Promise<number | undefined>;
}
