import { type Facts, predicateType, STATEMENT_MEDIA, writeStatement } from '../../plan/evidence/statement.ts';
import { inPool } from '../pool.ts';
import type { WritePorts } from './ports.ts';
import { signedText, TOKEN_MEDIA } from './signed-text.ts';

/** Registries without the referrers API list all statements of an image in one index, so writers of one image wait anyway. */
const AT_ONCE = 4;

/**
 * Attaches statements about an image, each signed by GitHub for this job.
 * @returns false without the permission `id-token: write`: then nothing is written, because it would prove nothing
 * @throws EnvironmentError or UserError when GitHub or the registry refuses
 */
export async function writeEvidence(
  repository: string,
  digest: string,
  facts: readonly Facts[],
  { referrers, identities }: WritePorts,
): Promise<boolean> {
  const written = await inPool(
    facts,
    async (one) => {
      const statement = Buffer.from(writeStatement({ subject: { repository, digest }, facts: one }));
      const token = await identities.sign(signedText(statement));
      if (token === undefined) return false;
      const annotations = { 'in-toto.io/predicate-type': predicateType(one) };
      await referrers.attach(repository, digest, {
        artifactType: STATEMENT_MEDIA,
        annotations: one.kind === 'suite' ? { ...annotations, 'slipway.dev/test': one.suite.name } : annotations,
        layers: [
          { mediaType: STATEMENT_MEDIA, content: statement, annotations },
          { mediaType: TOKEN_MEDIA, content: Buffer.from(token) },
        ],
      });
      return true;
    },
    AT_ONCE,
  );
  return written.every((one) => one);
}
