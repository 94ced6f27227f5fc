import { program } from '../../../local/demo/program.ts';
import { platformEnv } from '../../../local/platform.ts';
import { documentBlock } from './document.ts';
import type { Scene } from './scene.ts';

const GUIDE = 'docs/kubernetes.md';

/**
 * What docs/kubernetes.md tells an operator to do in the cluster, done as it stands there, with names of this scene: the
 * ServiceAccounts of staging, production and reviews, their roles and their kubeconfigs.
 */
export class Accounts {
  /** Namespace of the account for reviews. */
  readonly reviews: string;
  private readonly scene: Scene;
  private readonly kubeconfigs = new Map<string, Promise<string>>();

  constructor(scene: Scene) {
    this.scene = scene;
    this.reviews = `${scene.app}-accounts`;
  }

  /** Step 1. */
  async createNamespaces(): Promise<void> {
    await this.shell(this.block('sh', 'namespaces'));
    const { app, staging, production } = this.scene;
    await this.scene.kubectl('label', 'namespace', this.reviews, staging, production, `slipway.dev/e2e=${app}`);
  }

  /** Step 2. @param what its blocks */
  async applyRoles(...what: ('rbac' | 'review-rbac' | 'drift-rbac')[]): Promise<void> {
    for (const name of what) await this.scene.apply(this.block('yaml', name));
  }

  /** The account that looks for drift; answers its namespace. */
  async createDriftAccount(): Promise<string> {
    const { app } = this.scene;
    await this.shell(this.block('sh', 'drift-account'));
    await this.scene.kubectl('label', 'namespace', `${app}-drift`, `slipway.dev/e2e=${app}`);
    return `${app}-drift`;
  }

  /** Step 3: the kubeconfig of the account in a namespace; made when it is first asked for. */
  kubeconfig(namespace: string): Promise<string> {
    const made = this.kubeconfigs.get(namespace);
    if (made) return made;
    const making = this.shell(`${this.block('sh', 'kubeconfig')}kubeconfig_of ${namespace}\n`);
    this.kubeconfigs.set(namespace, making);
    return making;
  }

  /** Takes away what belongs to the whole cluster. */
  async remove(): Promise<void> {
    for (const name of ['rbac', 'review-rbac', 'drift-rbac']) {
      const args = [
        '--context',
        this.scene.platform.context,
        'delete',
        '--ignore-not-found',
        '--wait=false',
        '-f',
        '-',
      ];
      await program('kubectl', args, { env: platformEnv(this.scene.platform), input: this.block('yaml', name) });
    }
  }

  /** kubectl as somebody else: with a kubeconfig of its own. */
  kubectl(...args: string[]): Promise<string> {
    return program('kubectl', args, { env: platformEnv(this.scene.platform) });
  }

  private block(language: string, name: string): string {
    const { app, staging, production } = this.scene;
    return documentBlock(GUIDE, language, name)
      .replaceAll('slipway-deployer', `${app}-deployer`)
      .replaceAll('slipway-review', this.reviews)
      .replaceAll('slipway-drift', `${app}-drift`)
      .replaceAll('parking-staging', staging)
      .replaceAll(/\bparking\b(?!-)/g, production);
  }

  private shell(script: string): Promise<string> {
    return program('sh', ['-euc', script], { env: platformEnv(this.scene.platform) });
  }
}
