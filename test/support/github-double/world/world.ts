import { History } from './history.ts';
import type {
  Account,
  Comment,
  Deployment,
  Environment,
  Issue,
  PackageVersion,
  Pull,
  Reaction,
  RunReview,
} from './types.ts';

export const ACTIONS_BOT: Account = { id: 41898282, login: 'github-actions[bot]', type: 'Bot' };

/** The settings of Actions. */
export interface Settings {
  enabled: boolean;
  allowed: 'all' | 'local_only' | 'selected';
  patterns: string[];
  token: 'read' | 'write';
}

export interface WorldOptions {
  /** owner/name */
  repository: string;
  repositoryId: number;
  defaultBranch: string;
}

/** One repository on the double, with everything on it. */
export class World {
  readonly fullName: string;
  readonly owner: string;
  readonly name: string;
  readonly repositoryId: number;
  readonly defaultBranch: string;
  readonly history = new History();
  readonly pulls = new Map<number, Pull>();
  readonly issues = new Map<number, Issue>();
  readonly comments = new Map<number, Comment>();
  readonly deployments = new Map<number, Deployment>();
  readonly environments = new Map<string, Environment>();
  readonly reactions: Reaction[] = [];
  /** What people may do, by login. */
  readonly permissions = new Map<string, 'admin' | 'write' | 'read' | 'none'>();
  readonly runReviews: RunReview[] = [];
  /** Files of branches: `<branch>:<path>` → content. */
  readonly files = new Map<string, string>();
  /** Workflow runs that somebody had run once more. */
  readonly runsAgain: number[] = [];
  /** `<environment, or empty>:<name>` → value. */
  readonly variables = new Map<string, string>();
  /** `<environment, or empty>:<name>` of secrets. */
  readonly secrets = new Set<string>();
  readonly settings: Settings = { enabled: true, allowed: 'all', patterns: [], token: 'read' };
  /** Container package → full name of its repository. */
  readonly packages = new Map<string, string>();
  readonly packageVersions: PackageVersion[] = [];
  /** The packages belong to a person, and not to an organisation. */
  ofPerson = false;
  /** Commits whose checks have not all succeeded. */
  readonly failingChecks = new Set<string>();
  private readonly accounts = new Map<string, Account>([[ACTIONS_BOT.login, ACTIONS_BOT]]);
  private ids = 1_000_000;

  constructor(options: WorldOptions) {
    const [owner = '', name = ''] = options.repository.split('/');
    this.fullName = options.repository;
    this.owner = owner;
    this.name = name;
    this.repositoryId = options.repositoryId;
    this.defaultBranch = options.defaultBranch;
  }

  nextId(): number {
    this.ids += 1;
    return this.ids;
  }

  /** Of the next issue or pull request. */
  nextNumber(): number {
    return Math.max(0, ...this.pulls.keys(), ...this.issues.keys()) + 1;
  }

  /** There is an issue or pull request of this number. */
  isNumber(number: number): boolean {
    return this.pulls.has(number) || this.issues.has(number);
  }

  now(): string {
    return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  }

  account(login: string, type: Account['type'] = 'User'): Account {
    const known = this.accounts.get(login) ?? { id: this.nextId(), login, type };
    this.accounts.set(login, known);
    return known;
  }

  /** Environments come into being by the first deployment to them, without any protection. */
  environment(name: string): Environment {
    const known = this.environments.get(name) ?? {
      id: this.nextId(),
      name,
      requiredReviewers: false,
      branchPolicy: false,
      createdAt: this.now(),
    };
    this.environments.set(name, known);
    return known;
  }
}
