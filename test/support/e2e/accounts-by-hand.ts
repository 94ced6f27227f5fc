import { program } from '../../../local/demo/program.ts';
import { platformEnv } from '../../../local/platform.ts';
import { Accounts } from './accounts.ts';

/** The same accounts, made by the commands of docs/kubernetes.md as they stand there. */
export class AccountsByHand extends Accounts {
  override async createNamespaces(): Promise<void> {
    const { staging, production } = this.scene;
    await this.shell(this.block('sh', 'namespaces'));
    for (const name of [this.reviews, staging, production]) await this.scene.createNamespace(name);
  }

  override async createReader(which: 'drift' | 'plan' | 'clean'): Promise<string> {
    const namespace = `${this.scene.app}-${which}`;
    await this.shell(this.block('sh', `${which}-account`));
    await this.scene.createNamespace(namespace);
    return namespace;
  }

  protected override async apply(text: string): Promise<void> {
    await program('kubectl', ['apply', '-f', '-'], { env: platformEnv(this.scene.platform), input: text });
  }

  protected override makeKubeconfig(namespace: string): Promise<string> {
    return this.shell(`${this.block('sh', 'kubeconfig')}kubeconfig_of ${namespace}\n`);
  }

  private shell(script: string): Promise<string> {
    return program('sh', ['-euc', script], { env: platformEnv(this.scene.platform) });
  }
}
