import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { writeBuilt } from '../../../src/stages/build/record.ts';
import { type Readers, requireReaders } from '../../support/images/readers.ts';
import { requirePlatform } from '../../support/platform.ts';
import { job, memoryIdentities } from '../../support/unit/memory-evidence.ts';
import { Pushing, SHA } from './pushing.ts';
import { ImageRig } from './rig.ts';

const WHAT = 'what programs of others read of an image';
const platform = await requirePlatform(WHAT);
const readers = platform && (await requireReaders(WHAT));

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/@acme/parking': { version: '1.2.3' } },
});
/** Reads and validates a document by the library of SPDX; prints its package URLs. */
const READ_SPDX = `
import sys
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
document = parse_file(sys.argv[1])
problems = validate_full_spdx_document(document)
assert problems == [], [problem.validation_message for problem in problems][:5]
for package in document.packages:
    for reference in package.external_references:
        print(reference.locator)
`;
/** The same for a statement and for the provenance in it, by the library of in-toto, which knows every field. */
const READ_STATEMENT = `
import json, sys
from google.protobuf.json_format import MessageToDict, Parse
from in_toto_attestation.v1 import statement, statement_pb2
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
read = statement.Statement.copy_from_pb(Parse(open(sys.argv[1]).read(), statement_pb2.Statement()))
read.validate()
if read.pb.predicate_type == 'https://slsa.dev/provenance/v1':
    predicate = Parse(json.dumps(MessageToDict(read.pb.predicate)), provenance_pb2.Provenance())
    print(json.dumps({'subject': read.pb.subject[0].digest['sha256'],
      'byproduct': predicate.run_details.byproducts[0].digest['sha256']}))
`;

describe.skipIf(!readers)('a pushed image, as programs of others read it', () => {
  if (!platform || !readers) return;
  const rig = new ImageRig(platform, 'sbom');
  const pushing = new Pushing(rig);
  let repository = '';
  let digest = '';
  let image = '';
  afterAll(() => rig.close());

  beforeAll(async () => {
    image = `${rig.repository}:sbom`;
    const dockerfile = `FROM ${rig.base}\nCOPY package-lock.json requirements.txt /app/\nRUN rm /app/requirements.txt\n`;
    rig.build(
      image,
      rig.context({ Dockerfile: dockerfile, 'package-lock.json': LOCK, 'requirements.txt': 'gone==1.0\n' }),
    );
    const [{ Id }] = JSON.parse(rig.docker('image', 'inspect', image));
    const builtDir = join(rig.folder, 'built');
    await writeBuilt(localFiles, builtDir, {
      ...{ name: 'contract', commit: '0123456789ab', image: Id, sourceKey: '2:0' },
      build: {
        ...{
          sourceKey: '2:0',
          stages: {},
          finishedOn: '2026-01-01T00:00:00Z',
          caches: [],
          images: {},
          run: 'https://github.com/acme/parking/actions/runs/1',
        },
        source: { url: 'https://github.com/acme/parking', commit: '0123456789ab' },
      },
    });
    const planned = pushing.plan(image, { sbom: true, builtDir });
    repository = planned.repository;
    const { outputs, annotations } = await pushing.push(planned, { identities: memoryIdentities(job()) });
    expect(annotations).toEqual([]);
    digest = outputs.digest ?? '';
  });

  const { oras, python } = readers as Readers;
  /** The artifacts of a type, by `oras discover`. */
  async function discovered(type: string): Promise<string[]> {
    const text = await oras(
      'discover',
      '--plain-http',
      '--format',
      'json',
      '--artifact-type',
      type,
      `${repository}@${digest}`,
    );
    const { referrers = [] } = JSON.parse(text) as { referrers?: { digest: string }[] };
    return referrers.map((one) => one.digest);
  }

  it('has a bill of materials that oras finds and that is valid SPDX 2.3, with the packages that the image has', async () => {
    const [artifact, ...more] = await discovered('application/spdx+json');
    expect(more).toEqual([]);
    await oras('pull', '--plain-http', '--output', rig.folder, `${repository}@${artifact}`);
    const purls = (await python(READ_SPDX, join(rig.folder, 'sbom.spdx.json'))).trim().split('\n');
    const format = `\${db:Status-Status} \${Package}@\${Version}?arch=\${Architecture}\\n`;
    const installed = rig
      .docker(
        'run',
        '--rm',
        '--label',
        rig.label,
        '--network=none',
        image,
        'dpkg-query',
        '--show',
        `--showformat=${format}`,
      )
      .split('\n')
      .flatMap((line) => (line.startsWith('installed ') ? [`pkg:deb/debian/${line.slice('installed '.length)}`] : []));
    const listed = purls
      .filter((purl) => purl.startsWith('pkg:deb/'))
      .map((purl) => decodeURIComponent(purl).replace(/&distro=.*/, ''));
    expect(installed.length).toBeGreaterThan(50);
    expect(listed.sort()).toEqual(installed.sort());
    expect(purls).toContain('pkg:npm/%40acme/parking@1.2.3');
    expect(purls.join('\n')).not.toContain('gone');
  });

  it('has provenance that is valid for in-toto and SLSA, and that names image and bill of materials', async () => {
    const [sbom = ''] = await discovered('application/spdx+json');
    const [statement = '', ...more] = await discovered('application/vnd.in-toto+json');
    expect(more).toEqual([]);
    const manifest = async (one: string) =>
      JSON.parse(await oras('manifest', 'fetch', '--plain-http', `${repository}@${one}`)) as {
        layers: { digest: string }[];
      };
    const file = join(rig.folder, 'statement.json');
    const [layer] = (await manifest(statement)).layers;
    await oras('blob', 'fetch', '--plain-http', '--output', file, `${repository}@${layer?.digest}`);
    const [document] = (await manifest(sbom)).layers;
    expect(JSON.parse(await python(READ_STATEMENT, file))).toEqual({
      subject: digest.replace('sha256:', ''),
      byproduct: document?.digest.replace('sha256:', ''),
    });
  });

  it('keeps its digest', async () => {
    expect((await pushing.served(repository, SHA)).digest).toBe(digest);
    expect((await pushing.served(repository, 'main')).digest).toBe(digest);
  });
});
