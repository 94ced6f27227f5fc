/** What a token is asked for. A reader of a repository may get no token at all when it asks for both. */
export type RegistryAccess = 'pull' | 'pull,push';
