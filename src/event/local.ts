import type { ManualEvent } from './pipeline-event.ts';

/** The commit, branch and origin of a checkout on a developer's machine. */
export interface Checkout {
  /** Full commit id of HEAD. */
  sha: string;
  /** undefined on a detached HEAD. */
  branch: string | undefined;
  /** URL of the remote `origin`. */
  origin: string | undefined;
}

/**
 * The event of a run outside of GitHub: a manual run of the commit that is checked out. No repository on GitHub has the id 0,
 * so nothing that such a run makes passes for the work of a real pipeline.
 */
export function localEvent(checkout: Checkout, user: string): ManualEvent {
  return {
    kind: 'manual',
    repository: { id: 0, fullName: nameOf(checkout.origin) ?? 'local/checkout', defaultBranch: 'main' },
    sha: checkout.sha,
    branch: checkout.branch,
    tag: undefined,
    inputs: {},
    actor: user,
    run: { id: '0', attempt: 1, url: '' },
  };
}

/** owner/name of a remote such as https://github.com/o/n.git or git@github.com:o/n.git */
function nameOf(origin: string | undefined): string | undefined {
  const match = /[/:]([^/:\s]+\/[^/:\s]+?)(?:\.git)?\/?$/.exec(origin ?? '');
  return match?.[1];
}
