import { randomBytes } from 'node:crypto';

/** What an access token that Google gave out stands for. */
export interface Grant {
  /** E-mail address of a service account, or principal://… of a federated identity. */
  member: string;
  /** The member and the sets it is in, as IAM bindings name them. */
  members: string[];
  scopes: string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Makes the text of a token that is valid for so many seconds. A cluster's own tokens can take the place of opaque ones. */
export type Mint = (member: string, seconds: number) => Promise<string>;

export const opaqueToken: Mint = async () => `ya29.${randomBytes(48).toString('base64url')}`;

/** The access tokens that Google's doubles have given out. */
export class Tokens {
  private readonly grants = new Map<string, Grant>();
  private readonly mint: Mint;

  constructor(mint: Mint) {
    this.mint = mint;
  }

  async issue(member: string, members: string[], scopes: string[], seconds: number): Promise<string> {
    const token = await this.mint(member, seconds);
    this.grants.set(token, { member, members, scopes, expiresAt: Date.now() + seconds * 1000 });
    return token;
  }

  /** Of an Authorization header; undefined when it was never given out, was revoked or has expired. */
  of(authorization: string | undefined): Grant | undefined {
    const grant = this.grants.get(authorization?.replace(/^bearer /i, '') ?? '');
    return grant && grant.expiresAt > Date.now() ? grant : undefined;
  }

  has(token: string): boolean {
    return this.of(`Bearer ${token}`) !== undefined;
  }

  get all(): string[] {
    return [...this.grants.keys()];
  }

  /** As if their sessions had been ended: no part of Google accepts them any more. */
  revokeAll(): void {
    for (const grant of this.grants.values()) grant.expiresAt = 0;
  }
}
