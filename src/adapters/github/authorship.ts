/**
 * Whether the account behind the token wrote it: anybody can copy a marker, and a token that may write may also overwrite
 * what others wrote.
 * @param self id of that account; null for a GitHub App, which cannot ask who it is
 */
export function isOurs(user: { id: number; type: string } | null | undefined, self: number | null): boolean {
  return self === null ? user?.type === 'Bot' : user?.id === self;
}
