/**
 * The access of a token. A reader of a repository may get no token when it asks for more.
 * @see https://distribution.github.io/distribution/spec/auth/scope/#resource-actions
 */
export type RegistryAccess = 'pull' | 'pull,push' | 'pull,push,delete';
