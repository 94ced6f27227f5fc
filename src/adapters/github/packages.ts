import { EnvironmentError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { ImageRepository, ListedManifest } from '../../ports.ts';
import { PackageContents } from '../oci/package-contents.ts';
import { answerOf, hasStatus } from './answer.ts';
import type { Octokit } from './client.ts';
import { translateGitHubError } from './translate.ts';

interface Version {
  id: number;
  digest: string;
  storedAt: number | undefined;
}

const PERMISSION = 'packages: write';

/**
 * A package of GitHub Container Registry, which deletes by the API of GitHub alone. Its versions are manifests; those without a tag
 * are listed as well: platforms of an index, and what refers to an image.
 * @see https://docs.github.com/rest/packages/packages
 */
export class GitHubPackage extends PackageContents implements ImageRepository {
  readonly by = 'the API of GitHub Packages';
  private readonly octokit: Octokit;
  private readonly owner: string;
  private readonly at: { package_type: 'container'; package_name: string };
  private versions = new Map<string, Version>();
  private organisation: boolean | undefined;

  /** @param contents reads and writes by the protocol of OCI */
  constructor(octokit: Octokit, contents: ImageRepository) {
    super(contents);
    this.octokit = octokit;
    const [owner = '', ...rest] = parseReference(contents.name).path.split('/');
    this.owner = owner;
    this.at = { package_type: 'container', package_name: rest.join('/') };
  }

  /** The tags are those of the registry itself: a list of versions that lacked one would make its image look unused. */
  async list(known?: ReadonlySet<string>): Promise<ListedManifest[]> {
    const tagged = await this.contents.list(known);
    if (known !== undefined) return tagged;
    const versions = await this.asked('listing its versions', () => this.read());
    this.versions = new Map(versions.map((version) => [version.digest, version]));
    const tags = new Map(tagged.map((one) => [one.digest, one.tags]));
    const others = tagged.filter(({ digest }) => !this.versions.has(digest));
    return [...others, ...versions.map(({ digest, storedAt }) => ({ digest, tags: tags.get(digest) ?? [], storedAt }))];
  }

  /** GitHub says whether it deletes with the first deletion only. */
  async requireDeletion(): Promise<void> {}

  /** GitHub deletes tags with their version. */
  async deleteTag(): Promise<void> {}

  async deleteManifest(digest: string): Promise<void> {
    if (!this.versions.has(digest)) await this.list();
    const version = this.versions.get(digest);
    if (version === undefined) return;
    await this.asked(`deleting ${digest}`, () => this.delete(version));
    this.versions.delete(digest);
  }

  private async read(): Promise<Version[]> {
    const listed = await this.listed();
    return listed.map(({ id, name, updated_at }) => ({
      id,
      digest: name,
      storedAt: Date.parse(updated_at) || undefined,
    }));
  }

  /** Packages of an organisation and those of a person have addresses of their own, and each answers 404 for the other. */
  private async listed() {
    const { packages } = this.octokit.rest;
    if (this.organisation !== false) {
      try {
        const ofOrganisation = packages.getAllPackageVersionsForPackageOwnedByOrg;
        const listed = await this.octokit.paginate(ofOrganisation, { ...this.at, org: this.owner, per_page: 100 });
        this.organisation = true;
        return listed;
      } catch (error) {
        if (this.organisation || !hasStatus(error, 404)) throw error;
      }
    }
    const ofUser = packages.getAllPackageVersionsForPackageOwnedByUser;
    const listed = await this.octokit.paginate(ofUser, { ...this.at, username: this.owner });
    this.organisation = false;
    return listed;
  }

  private async delete({ id }: Version): Promise<void> {
    const { packages } = this.octokit.rest;
    const version = { ...this.at, package_version_id: id };
    try {
      if (this.organisation) await packages.deletePackageVersionForOrg({ ...version, org: this.owner });
      else await packages.deletePackageVersionForUser({ ...version, username: this.owner });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }

  private async asked<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { message } = answerOf(error);
      if (/last tagged version|downloads/i.test(message)) {
        throw new EnvironmentError(`GitHub does not delete a version of ${this.name}: ${message}`, {
          remedy: 'Give the image a tag of registry.retention.keepTags, or delete the package by hand.',
        });
      }
      throw translateGitHubError(error, `${this.name}: ${doing}`, PERMISSION);
    }
  }
}
