import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * The verifier that PostgreSQL stores for a password (SCRAM-SHA-256). Statements have it in place of the password, which
 * therefore never reaches a log of the server or an object outside of its environment. The salt is derived from the password,
 * so the same password gives the same verifier; passwords here are 192 random bits, which need no salt.
 * @param password ASCII
 * @see https://www.rfc-editor.org/rfc/rfc5803, https://www.postgresql.org/docs/17/catalog-pg-authid.html
 */
export function scramVerifier(password: string): string {
  const salt = createHash('sha256').update(`slipway salt ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}
