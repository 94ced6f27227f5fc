import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * What PostgreSQL keeps of a password (SCRAM-SHA-256): given in place of it, the password itself never reaches a statement,
 * a log of the server, or an object outside of its environment. The salt comes from the password, so that the same password
 * gives the same text; salts are for passwords that people choose, and these are 192 random bits.
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
