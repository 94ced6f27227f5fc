import { LABELS, shortHash } from '../../../../objects/names.ts';
import { onceJob } from '../../../../objects/once-job.ts';
import type { KubeObject } from '../../../../ports.ts';
import { addedPod, containerSecurity } from '../../../services/security.ts';
import { type Owner, ownerLabels } from '../../environment/owner.ts';
import { DATABASE } from '../database.ts';
import { adminJob } from './jobs.ts';
import { scramVerifier } from './scram.ts';
import type { OnServer } from './server-objects.ts';
import { TEMPLATE_BEGIN, TEMPLATE_FINISH } from './sql/template.ts';

/** Seconds that the finished Job is kept. */
const KEEP_SECONDS = 3600;

/** The Jobs that build a template, apart from those that fill it. */
export interface TemplateJobs {
  /** Makes the empty database and the role that fills it. */
  begin: KubeObject;
  /** Cleans the filled database, as the role that builds it: an administrator does not connect to it. */
  seal: KubeObject;
  /** Makes it the template. */
  finish: KubeObject;
}

/**
 * @param namespace where the database is filled, with the Secret of the role that builds it
 * @param password of that role: a new one each time
 * @param seed hash of what it is seeded with; empty: with nothing
 */
export function templateJobs(
  database: OnServer,
  owner: Owner,
  namespace: string,
  password: string,
  seed: string,
): TemplateJobs {
  const { server, image, runAs } = database;
  const { template, building, before, builder } = server.template;
  const labels = { ...ownerLabels(owner), [LABELS.component]: 'template' };
  const common = { namespace: server.namespace, secret: server.secret, image, runAs, labels };
  const names = { SLIPWAY_BUILDING: building, SLIPWAY_BUILDER: builder };
  const verifier = scramVerifier(password);
  return {
    begin: adminJob({
      ...common,
      name: 'template-begin',
      script: TEMPLATE_BEGIN,
      env: { ...names, SLIPWAY_VERIFIER: verifier, SLIPWAY_OWN_SERVER: String(server.own) },
    }),
    seal: sealJob(database, owner, namespace, verifier),
    finish: adminJob({
      ...common,
      name: 'template-finish',
      script: TEMPLATE_FINISH,
      env: { ...names, SLIPWAY_TEMPLATE: template, SLIPWAY_BEFORE: before, SLIPWAY_SEED: seed },
      once: verifier,
    }),
  };
}

/** @param build tells one build from the next */
function sealJob({ image, runAs }: OnServer, owner: Owner, namespace: string, build: string): KubeObject {
  const container = {
    name: 'seal',
    image,
    command: ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', 'vacuum (freeze, analyze)'],
    // Skips the tables of the whole server, each with a warning.
    env: [{ name: 'PGOPTIONS', value: '-c client_min_messages=error' }],
    envFrom: [{ secretRef: { name: DATABASE } }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: containerSecurity(runAs),
  };
  return onceJob({
    name: `seal-${shortHash(build, 12)}`,
    namespace,
    labels: { ...ownerLabels(owner), [LABELS.component]: 'template' },
    keepSeconds: KEEP_SECONDS,
    pod: { ...addedPod(runAs), containers: [container] },
  });
}
