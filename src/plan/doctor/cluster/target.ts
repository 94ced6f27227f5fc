import type { ClusterChoice } from '../../cluster-choice.ts';
import { command, withInput } from '../shell.ts';

/**
 * The words with which kubectl reaches the cluster of a choice.
 * @param files the kubeconfig that kubectl reads by itself
 */
export function kubectlFor(choice: ClusterChoice, files: string | undefined): readonly string[] {
  if (choice.by === 'kubeconfig') {
    const file = choice.files === files ? [] : ['--kubeconfig', choice.files];
    return ['kubectl', ...file, ...(choice.context === undefined ? [] : ['--context', choice.context])];
  }
  // The context that `gcloud container clusters get-credentials` makes.
  const [, project, , location, , cluster] = choice.path.split('/');
  return ['kubectl', '--context', `gke_${project}_${location}_${cluster}`];
}

/** Commands for one cluster. */
export class Kubectl {
  private readonly words: readonly string[];

  /** @param words kubectl and the options that select the cluster */
  constructor(words: readonly string[]) {
    this.words = words;
  }

  run(...words: readonly string[]): string {
    return command(...this.words, ...words);
  }

  apply(yaml: string): string {
    return withInput(this.run('apply', '-f', '-'), yaml);
  }
}

/** The user whose permissions are checked, and how it is known. */
export interface Account {
  /** As RBAC names it; undefined: whoever runs the doctor. */
  user: string | undefined;
  from: 'option' | 'variable' | 'guide' | 'self';
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The account as the subject of a RoleBinding. */
export function subjectOf(user: string): Record<string, string> {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user) ?? [];
  return namespace !== undefined && name !== undefined
    ? { kind: 'ServiceAccount', name, namespace }
    : { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user };
}
