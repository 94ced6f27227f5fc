import { OciReferrers } from '../adapters/oci/referrers.ts';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { LiveView } from '../preflight/live/facts.ts';
import type { ApiRecord } from '../preflight/side-by-side/api-record.ts';
import { apisOfImages } from '../stages/apis/read.ts';
import type { Run } from './context.ts';
import { registryForQuestion } from './registry.ts';

/** What environments serve, and the view with the reasons why some of it is not known. */
export interface Served {
  apis: ReadonlyMap<string, ApiRecord>;
  live: LiveView | undefined;
}

/**
 * What the processes of the last environments serve, by the records beside the images of their releases: what visitors use. A
 * registry that does not answer is a note.
 */
export async function servedApis(run: Run, live: LiveView | undefined): Promise<Served> {
  const apis = new Map<string, ApiRecord>();
  const notes: string[] = [];
  for (const { environment, images = {} } of live?.environments ?? []) {
    if (!isLast(environment, run.config())) continue;
    try {
      apis.set(environment, await apisOfImages(images, new OciReferrers(registryForQuestion(run).clients)));
    } catch (error) {
      run.signal.throwIfAborted();
      notes.push(`The API is not compared with that of ${environment}: ${messageOf(error)}.`);
    }
  }
  return { apis, live: live && { ...live, notes: [...live.notes, ...notes] } };
}

/** Nothing is promoted from it. */
function isLast(environment: string, { environments = {} }: Config): boolean {
  return !Object.values(environments).some(({ promoteFrom }) => promoteFrom === environment);
}
