import type { GitHub, Http, Referrers, Registry, Renderer, Variables } from '../../ports.ts';
import type { RollOutPorts } from '../apply/request.ts';
import type { CheckEvidence } from '../evidence/require.ts';

/** What a rollout to an environment works with. */
export interface DeliveryPorts extends RollOutPorts {
  signal: AbortSignal;
  registry: Pick<Registry, 'resolve'>;
  /** undefined without a token: then it cannot be checked whether a commit is older. */
  github: Pick<GitHub, 'compare' | 'commitsBetween'> | undefined;
  http: Http;
  /** The check of the evidence of the images; undefined: none is required. */
  checkEvidence?: CheckEvidence | undefined;
  /** Opens what is kept beside images, for one question; undefined: the APIs of releases are not compared. */
  apis?: (() => Pick<Referrers, 'blob' | 'list'>) | undefined;
  renderer: Renderer;
  variables: Variables;
  /** Takes work that may end after the result is known, but before the process ends; absent: it is awaited. */
  afterwards?: (work: Promise<void>) => void;
}

/** The ports of rolling-update, which can also comment on a pull request. */
export interface RollingUpdatePorts extends DeliveryPorts {
  github: Pick<GitHub, 'compare' | 'commitsBetween' | 'upsertComment'> | undefined;
}
