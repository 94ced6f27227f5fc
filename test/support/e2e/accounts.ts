import { loadAll } from 'js-yaml';
import type { Manifest } from './cluster.ts';
import { documentBlock } from './document.ts';
import type { Scene } from './scene.ts';

const GUIDE = 'docs/kubernetes.md';

/**
 * The ServiceAccounts of staging, production and reviews that docs/kubernetes.md has, with their roles and kubeconfigs and
 * with names of this scene. They are made by requests; AccountsByHand types what stands in the guide.
 */
export class Accounts {
  /** Namespace of the account for reviews. */
  readonly reviews: string;
  protected readonly scene: Scene;
  private readonly kubeconfigs = new Map<string, Promise<string>>();
  private readonly applied: Manifest[] = [];

  constructor(scene: Scene) {
    this.scene = scene;
    this.reviews = `${scene.app}-accounts`;
  }

  /** Step 1. */
  async createNamespaces(): Promise<void> {
    const { staging, production } = this.scene;
    await Promise.all([this.reviews, staging, production].map((namespace) => this.createAccount(namespace)));
  }

  /** Step 2. @param what its blocks */
  async applyRoles(...what: ('rbac' | 'review-rbac' | 'drift-rbac' | 'plan-rbac' | 'clean-rbac')[]): Promise<void> {
    const text = what.map((name) => this.block('yaml', name)).join('---\n');
    const objects = loadAll(text) as Manifest[];
    this.applied.push(...objects);
    await this.apply(text, objects);
  }

  /** The account that looks for drift, shows what would change, or lists what needs images; answers its namespace. */
  async createReader(which: 'drift' | 'plan' | 'clean'): Promise<string> {
    const namespace = `${this.scene.app}-${which}`;
    await this.createAccount(namespace);
    return namespace;
  }

  /** Step 3: the kubeconfig of the account in a namespace; made when it is first asked for. */
  kubeconfig(namespace: string): Promise<string> {
    const made = this.kubeconfigs.get(namespace) ?? this.makeKubeconfig(namespace);
    this.kubeconfigs.set(namespace, made);
    return made;
  }

  /** Takes away what belongs to the whole cluster. */
  async remove(): Promise<void> {
    const { cluster } = this.scene;
    await Promise.all(this.applied.map(async (object) => cluster.remove(await cluster.pathOf(object))));
  }

  protected async apply(_text: string, objects: Manifest[]): Promise<void> {
    await this.scene.cluster.apply(...objects);
  }

  /** The guide's text, without its commands. */
  protected async makeKubeconfig(namespace: string): Promise<string> {
    const { server, ca, token } = await this.scene.cluster.access(namespace, 'slipway');
    const [, text = ''] = /<<EOF\n([\s\S]*?)^EOF$/m.exec(this.block('sh', 'kubeconfig')) ?? [];
    return text
      .replace('$(cluster server)', server)
      .replace('$(cluster certificate-authority-data)', ca)
      .replace(/\$\(kubectl create token .*?\)/, token);
  }

  private async createAccount(namespace: string): Promise<void> {
    await this.scene.createNamespace(namespace);
    await this.scene.cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'slipway', namespace },
    });
  }

  protected block(language: string, name: string): string {
    const { app, staging, production } = this.scene;
    return documentBlock(GUIDE, language, name)
      .replaceAll('slipway-deployer', `${app}-deployer`)
      .replaceAll('slipway-review', this.reviews)
      .replaceAll('slipway-drift', `${app}-drift`)
      .replaceAll('slipway-plan', `${app}-plan`)
      .replaceAll('slipway-clean', `${app}-clean`)
      .replaceAll('parking-staging', staging)
      .replaceAll(/\bparking\b(?!-)/g, production);
  }
}
