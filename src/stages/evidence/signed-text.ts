import { createHash } from 'node:crypto';

/** Media type of the layer with GitHub's token. @see https://www.rfc-editor.org/rfc/rfc7519#section-10.3.1 */
export const TOKEN_MEDIA = 'application/jwt';

/** What the token of a statement signs: its audience, which no service but this one knows. */
export function signedText(statement: Buffer): string {
  return `slipway-evidence:sha256:${createHash('sha256').update(statement).digest('hex')}`;
}
