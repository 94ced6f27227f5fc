/**
 * For describe.skipIf: true when there is a reason, which is printed. On CI nothing may be skipped: that is an error.
 * @param what the tests that are left out
 */
export function skipUnless(what: string, reason: string | undefined): boolean {
  if (reason === undefined) return false;
  if (process.env.CI === 'true') throw new Error(`${what}: cannot run here, and CI may not skip it: ${reason}`);
  console.warn(`skipped: ${what}: ${reason}`);
  return true;
}
