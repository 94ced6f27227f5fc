import { createHash } from 'node:crypto';
import type { Materials } from './packages.ts';

/** Media type of an SPDX document, and type of the artifact that holds it. @see https://www.iana.org/assignments/media-types */
export const SPDX_MEDIA = 'application/spdx+json';
const UNKNOWN = 'NOASSERTION';
const IMAGE = 'SPDXRef-Image';
const SYSTEM = 'SPDXRef-OperatingSystem';

/** The image that a document describes. */
export interface DescribedImage {
  repository: string;
  /** sha256:… of the manifest of one platform. */
  digest: string;
  /** Such as linux/amd64. */
  platform: string;
  /** ISO 8601: when it was made. The same image always gives the same document. */
  created: string;
}

/** The SPDX 2.3 document of an image, as JSON. @see https://spdx.github.io/spdx-spec/v2.3/ */
export function writeSpdx(image: DescribedImage, { system, packages, gaps }: Materials): string {
  const hex = image.digest.replace(/^sha256:/, '');
  const listed = packages.map((one, at) => ({
    ...common(`SPDXRef-Package-${at + 1}`, one.name),
    versionInfo: one.version,
    sourceInfo: `found in ${one.paths.map((path) => `/${path}`).join(', ')}`,
    externalRefs: [purlRef(one.purl)],
  }));
  const described = [
    imagePackage(image, hex),
    ...(system === undefined
      ? []
      : [{ ...common(SYSTEM, system.name), primaryPackagePurpose: 'OPERATING-SYSTEM', ...versionOf(system.version) }]),
    ...listed,
  ];
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${image.repository}@${image.digest}`,
    // Another document gets another name: of another repository, or of a version that reads more.
    documentNamespace: `https://slipway.dev/spdx/${hex}/${digestOf([image, described, gaps])}`,
    creationInfo: { created: seconds(image.created), creators: ['Tool: slipway'] },
    ...(gaps.length > 0 ? { comment: `Not complete: ${gaps.join('; ')}` } : {}),
    packages: described,
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: IMAGE },
      ...described.slice(1).map(({ SPDXID }) => ({
        spdxElementId: IMAGE,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  });
}

function imagePackage({ repository, digest, platform }: DescribedImage, hex: string) {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const query = new URLSearchParams({ repository_url: repository });
  return {
    ...common(IMAGE, repository),
    versionInfo: digest,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: hex }],
    comment: `platform ${platform}`,
    externalRefs: [purlRef(`pkg:oci/${name}@${encodeURIComponent(digest)}?${query}`)],
  };
}

function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

function common(SPDXID: string, name: string) {
  const unknown = {
    downloadLocation: UNKNOWN,
    licenseConcluded: UNKNOWN,
    licenseDeclared: UNKNOWN,
    copyrightText: UNKNOWN,
  };
  return { SPDXID, name, filesAnalyzed: false, ...unknown };
}

function versionOf(version: string) {
  return version === '' ? {} : { versionInfo: version };
}

function purlRef(referenceLocator: string) {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}

/** SPDX has no fractions of a second. */
function seconds(time: string): string {
  const date = new Date(time);
  return `${(Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString().slice(0, 19)}Z`;
}
