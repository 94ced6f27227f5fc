import { describe, expect, it } from 'vitest';
import { materialsOf } from '../../../src/sbom/packages.ts';
import { writeSpdx } from '../../../src/sbom/spdx.ts';

const image = {
  repository: 'ghcr.io/acme/parking',
  digest: `sha256:${'a'.repeat(64)}`,
  platform: 'linux/amd64',
  created: '2026-01-01T00:00:00.123Z',
};
const content = {
  files: new Map([
    ['etc/os-release', Buffer.from('ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n')],
    ['app/go.sum', Buffer.from('example.com/a v1.0.0 h1:x=\n')],
  ]),
  goPrograms: new Map(),
  javaArchives: new Map(),
  gaps: ['a layer is compressed with Zstandard'],
};

describe('the SPDX document of an image', () => {
  it('names the image, its system and its packages, and what is missing', () => {
    const document = JSON.parse(writeSpdx(image, materialsOf(content)));
    expect(document).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      name: `${image.repository}@${image.digest}`,
      documentNamespace: expect.stringMatching(/^https:\/\/slipway\.dev\/spdx\/a{64}\/[0-9a-f]{32}$/),
      creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: slipway'] },
      comment: 'Not complete: a layer is compressed with Zstandard',
      packages: [
        { SPDXID: 'SPDXRef-Image', versionInfo: image.digest, primaryPackagePurpose: 'CONTAINER' },
        { SPDXID: 'SPDXRef-OperatingSystem', name: 'Debian 12', versionInfo: '12' },
        {
          SPDXID: 'SPDXRef-Package-1',
          name: 'example.com/a',
          versionInfo: 'v1.0.0',
          sourceInfo: 'found in /app/go.sum',
        },
      ],
    });
    expect(document.relationships).toHaveLength(3);
  });

  it('has another name than every other document', () => {
    const name = (repository: string, gaps: string[]) =>
      JSON.parse(writeSpdx({ ...image, repository }, materialsOf({ ...content, gaps }))).documentNamespace;
    expect(new Set([name('a.io/x', []), name('b.io/x', []), name('a.io/x', ['y']), name('a.io/x', [])]).size).toBe(3);
  });

  it('is the same for the same image, whatever the time and the order of its files', () => {
    const turned = { ...content, files: new Map([...content.files].reverse()) };
    expect(writeSpdx(image, materialsOf(turned))).toBe(writeSpdx(image, materialsOf(content)));
  });
});
