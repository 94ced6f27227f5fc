/** An access token of Application Default Credentials. The library is loaded only for registries of Google. */
export async function googleAccessToken(): Promise<string> {
  return (await (await import('../adapters/google/token.ts')).googleAccessToken()).token;
}

/** Discards an access token that a server has refused before its expiry. */
export async function forgetGoogleToken(refused: string): Promise<void> {
  await (await import('../adapters/google/token.ts')).forgetGoogleToken(refused);
}
