/** An access token from Application Default Credentials; Google's library is loaded only for Google's registries. */
export async function googleAccessToken(): Promise<string> {
  return (await (await import('../adapters/google/token.ts')).googleAccessToken()).token;
}
