import { join } from 'node:path';
import * as z from 'zod';
import type { Files } from '../../ports.ts';
import { type ApiRecord, recordedApis } from '../../preflight/side-by-side/api-record.ts';

/** What the processes of one image served, of preflight for push-to-registry. */
interface ServedApis {
  /** Id of the image, in the engine. */
  image: string;
  /** Its name in slipway.yml. */
  name: string;
  commit: string;
  apis: ApiRecord;
}

const served = z.object({ image: z.string(), name: z.string(), commit: z.string(), apis: recordedApis });

export async function writeServed(files: Pick<Files, 'write'>, folder: string, one: ServedApis): Promise<void> {
  await files.write(join(folder, `${one.name}.json`), JSON.stringify(one));
}

/** What this job saw the image serve; undefined: nothing, or another image did. A record that cannot be read says nothing. */
export async function readServed(
  files: Pick<Files, 'read'>,
  folder: string,
  { image, name, commit }: Omit<ServedApis, 'apis'>,
): Promise<ApiRecord | undefined> {
  const text = await files.read(join(folder, `${name}.json`));
  const read = text === undefined ? undefined : served.safeParse(parsed(String(text))).data;
  return read?.image === image && read.name === name && read.commit === commit ? read.apis : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
