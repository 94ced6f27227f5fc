import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Finding } from '../finding.ts';
import { type ApiDocument, apiFindings } from './openapi.ts';

/** File of the report with the documents that the processes served. */
export const API_FILE = 'openapi.json';

/** Kind and name of the object of a process → its document. */
export type ApiRecord = Readonly<Record<string, ApiDocument>>;

/** As zod reads it. */
export const recordedApis = z.record(z.string(), z.record(z.string(), z.unknown()));

export function apiFile(record: ApiRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** @throws UserError for a file of another form */
export function readApiFile(text: string, path: string, remedy: string): ApiRecord {
  try {
    return recordedApis.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(`${path} holds no documents of preflight`, { remedy, cause });
  }
}

/** What the processes no longer offer, and which of them serve no document any more. @param environment that serves `before` */
export function compareApis(
  before: ApiRecord,
  after: ApiRecord,
  environment?: string,
): { findings: Finding[]; notes: string[] } {
  const pairs = Object.entries(before).map(([object, document]) => {
    return [object, document, Object.hasOwn(after, object) ? after[object] : undefined] as const;
  });
  return {
    findings: pairs.flatMap(([object, old, now]) =>
      now === undefined ? [] : apiFindings({ environment, object }, old, now),
    ),
    notes: pairs.flatMap(([object, , now]) =>
      now === undefined ? [`${object} served a description of its API before, and none here: it is not compared.`] : [],
    ),
  };
}
