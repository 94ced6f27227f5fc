import { createHash } from 'node:crypto';
import { EnvironmentError } from '../../../src/errors.ts';
import type { Artifact, Descriptor, Identities, JobIdentity, Referrers, StoredManifest } from '../../../src/ports.ts';

const sha256 = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Artifacts beside images, in memory. */
export class MemoryReferrers implements Referrers {
  /** Subject → artifacts. */
  readonly artifacts = new Map<string, StoredManifest[]>();
  private readonly blobs = new Map<string, Buffer>();

  async list(_repository: string, subject: string, artifactType?: string): Promise<StoredManifest[]> {
    const found = this.artifacts.get(subject) ?? [];
    return found.filter((one) => artifactType === undefined || one.artifactType === artifactType);
  }

  async attach(_repository: string, subject: string, artifact: Artifact): Promise<StoredManifest> {
    const layers = artifact.layers.map(({ mediaType, content }): Descriptor => {
      this.blobs.set(sha256(content), content);
      return { mediaType, digest: sha256(content), size: content.length };
    });
    const digest = sha256(Buffer.from(JSON.stringify(layers)));
    const stored: StoredManifest = {
      ...{ digest, mediaType: 'x', size: 1, artifactType: artifact.artifactType, config: undefined, layers },
      ...{ manifests: [], subject, annotations: artifact.annotations },
    };
    this.artifacts.set(subject, [...(this.artifacts.get(subject) ?? []), stored]);
    return stored;
  }

  async blob(_repository: string, { digest }: { digest: string }): Promise<Buffer> {
    const content = this.blobs.get(digest);
    if (content === undefined) throw new EnvironmentError(`the registry does not have ${digest}`);
    return content;
  }
}

/** A job on main of acme/parking, repository 7; each test states what differs. */
export function job(overrides: Partial<JobIdentity> = {}): JobIdentity {
  const workflow = `acme/parking/.github/workflows/main.yml@${overrides.ref ?? 'refs/heads/main'}`;
  return {
    ...{ repository: 'acme/parking', repositoryId: '7', event: 'push', ref: 'refs/heads/main', sha: 'merged' },
    ...{ workflow, workflowSha: overrides.sha ?? 'merged', jobWorkflow: workflow, hosted: true, ...overrides },
  };
}

/** The same on pull request 12, in the commit that merges it for a try. */
export function pullRequestJob(overrides: Partial<JobIdentity> = {}): JobIdentity {
  return job({ event: 'pull_request', ref: 'refs/pull/12/merge', sha: 'tried', ...overrides });
}

/** Signs as a job, without any cryptography; undefined: a job without the permission. */
export function memoryIdentities(as: JobIdentity | undefined): Identities {
  return {
    canSign: as !== undefined,
    sign: async (text) => as && JSON.stringify({ as, text }),
    prepare: () => undefined,
    signer: async (token, text) => {
      const read = token.startsWith('{') ? (JSON.parse(token) as { as: JobIdentity; text: string }) : undefined;
      if (read === undefined) return { invalid: 'its signature is no token of GitHub' };
      return read.text === text ? read.as : { invalid: 'its signature is of something else' };
    },
  };
}
