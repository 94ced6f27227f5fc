/** The access of a token. A reader of a repository may get no token when it asks for both. */
export type RegistryAccess = 'pull' | 'pull,push';
