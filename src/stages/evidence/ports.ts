import type { GitHub, Identities, Referrers } from '../../ports.ts';

/** The ports of what reads evidence. */
export interface ReadPorts {
  referrers: Pick<Referrers, 'list' | 'blob'>;
  identities: Pick<Identities, 'prepare' | 'signer'>;
  /** undefined without a token: then no two commits can be compared. */
  github: Pick<GitHub, 'treeOf'> | undefined;
}

/** The ports of what writes evidence. */
export interface WritePorts {
  referrers: Pick<Referrers, 'attach'>;
  identities: Pick<Identities, 'sign' | 'canSign'>;
}
