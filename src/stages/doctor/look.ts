import { PermissionMissing, SlipwayError } from '../../errors.ts';
import { type Fact, known, unknown } from '../../plan/doctor/fact.ts';

/** What a read gives; a refusal of any kind is no answer. @throws every error that is not a SlipwayError */
export async function look<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (error instanceof PermissionMissing) return unknown(error.message, error.permission, error.remedy);
    if (error instanceof SlipwayError) return unknown(error.message, undefined, error.remedy);
    throw error;
  }
}

/** The same read, made once, on first use. */
export function lookOnce<T>(read: () => Promise<T>): () => Promise<Fact<T>> {
  let looked: Promise<Fact<T>> | undefined;
  return () => {
    looked ??= look(read);
    return looked;
  };
}
