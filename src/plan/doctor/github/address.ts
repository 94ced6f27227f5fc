import { command, withInput } from '../shell.ts';

/** Where the repository is. */
export interface GitHubAddress {
  /** Host of the pages: github.com, or that of a GitHub Enterprise Server. */
  host: string;
  apiUrl: string;
  /** owner/name */
  repository: string;
}

/** A remote such as https://github.com/o/n.git, git@github.com:o/n.git or ssh://git@host:22/o/n */
const REMOTE =
  /^(?:\w{1,20}:\/\/(?:[^@/\s]{1,200}@)?|[\w.-]{1,100}@)([\w.-]{1,253})(?::\d{1,5})?[/:]([^/:\s]{1,100}\/[^/:\s]{1,100}?)(?:\.git)?\/?$/;

/**
 * The repository on GitHub: by the variables of a job, otherwise by the remote `origin`.
 * @returns undefined without either
 */
export function gitHubAddress(
  env: Readonly<Record<string, string | undefined>>,
  origin: string | undefined,
): GitHubAddress | undefined {
  const [, host = '', name = ''] = REMOTE.exec(origin ?? '') ?? [];
  const repository = env.GITHUB_REPOSITORY || name;
  if (repository === '') return undefined;
  const server = env.GITHUB_SERVER_URL ? new URL(env.GITHUB_SERVER_URL).host : host || 'github.com';
  return { host: server, repository, apiUrl: env.GITHUB_API_URL || apiOf(server) };
}

/** @see https://docs.github.com/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api */
function apiOf(host: string): string {
  if (host === 'github.com') return 'https://api.github.com';
  // Data residency: octocorp.ghe.com.
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

/** Commands of the GitHub CLI for one repository. */
export class Gh {
  private readonly host: readonly string[];
  private readonly repository: string;
  private readonly slug: string;

  constructor({ host, repository }: GitHubAddress) {
    this.host = host === 'github.com' ? [] : ['--hostname', host];
    this.repository = repository;
    this.slug = host === 'github.com' ? repository : `${host}/${repository}`;
  }

  /** @param path below the repository */
  api(method: 'PUT' | 'POST', path: string, ...fields: readonly string[]): string {
    return command('gh', 'api', ...this.host, '-X', method, `repos/${this.repository}/${path}`, ...fields);
  }

  /** The same with a body of JSON. */
  send(method: 'PUT' | 'POST', path: string, body: object): string {
    return withInput(this.api(method, path, '--input', '-'), JSON.stringify(body));
  }

  /** A variable or a secret. @param environment undefined: of the repository */
  set(kind: 'variable' | 'secret', name: string, environment: string | undefined): string {
    const env = environment === undefined ? [] : ['--env', environment];
    return command('gh', kind, 'set', name, ...env, '--repo', this.slug);
  }
}
