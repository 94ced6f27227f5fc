import { join } from 'node:path';
import type { BuildFacts, SuiteFacts } from '../../plan/evidence/statement.ts';
import type { Files } from '../../ports.ts';

/** The record of build-image for the next actions of the job. */
export interface BuiltRecord {
  /** Name of the image in slipway.yml. */
  name: string;
  commit: string;
  /** Id of the image in the engine; of an image of the registry its digest. */
  image: string;
  sourceKey: string;
  /** The image was built in this job; undefined: it was in the engine, and nobody knows how it came there. */
  build: BuildFacts | undefined;
  /** The image is in the registry, and replaces a build. */
  pushed?: {
    /** repository@sha256:… */
    reference: string;
    suites: SuiteFacts[];
    /** The default branch vouches for build and suites. */
    byDefaultBranch: boolean;
  };
}

/** @throws EnvironmentError */
export async function writeBuilt(files: Pick<Files, 'write'>, folder: string, record: BuiltRecord): Promise<void> {
  await files.write(join(folder, `${record.name}.json`), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record of an image for a commit; undefined without one, and for one that cannot be read. */
export async function readBuilt(
  files: Pick<Files, 'read'>,
  folder: string | undefined,
  name: string,
  commit: string,
): Promise<BuiltRecord | undefined> {
  if (folder === undefined) return undefined;
  try {
    const record = JSON.parse(String(await files.read(join(folder, `${name}.json`)))) as BuiltRecord;
    return record.commit === commit && record.name === name ? record : undefined;
  } catch {
    return undefined;
  }
}
