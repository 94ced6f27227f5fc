/** A commit of the demo: one edit of one file. */
export interface Change {
  message: string;
  file: string;
  edit(text: string): string;
}

/** An application of examples/ as the demo tells of it. */
export interface Example {
  /** Of the folder in examples/, of the app, and in its hosts and namespaces. */
  name: string;
  /** Message of its first commit. */
  about: string;
  /** What each of its environments has of its own. */
  backing: string;
  /** What a roll-out of it comes to, for people. */
  parts: string;
  /** Path of the requests while it rolls. */
  path: string;
  /** On the front page before the pull request, and with it. */
  heading: { old: string; new: string };
  pullRequest: Change & { title: string; branch: string };
  /** A version that does not start. */
  broken: Change;
  /** Of deploy.crons: the reviewer runs it by a comment. */
  cron?: string;
  /** What the reviewer does beside looking at the page; resolves to a sentence. @param url of the review environment */
  review?(url: string): Promise<string>;
}
