import { LABELS } from '../../../../objects/names.ts';
import type { KubeObject } from '../../../../ports.ts';
import { type Owner, ownerLabels } from '../../environment/owner.ts';
import { adminJob } from './jobs.ts';
import { scramVerifier } from './scram.ts';
import type { OnServer } from './server-objects.ts';
import { TEMPLATE_BEGIN, TEMPLATE_FINISH } from './sql.ts';

/** The Jobs around the building of a template, as an administrator of the server. */
export interface TemplateJobs {
  /** Makes the empty database and the role that fills it. */
  begin: KubeObject;
  /** Makes it the template. */
  finish: KubeObject;
}

/**
 * @param password of the role that builds: a new one each time
 * @param seed hash of what it is seeded with; empty: with nothing
 */
export function templateJobs(database: OnServer, owner: Owner, password: string, seed: string): TemplateJobs {
  const { server, image, runAs } = database;
  const { template, building, before, owner: templateOwner, builder } = server.template;
  const labels = { ...ownerLabels(owner), [LABELS.component]: 'template' };
  const common = { namespace: server.namespace, secret: server.secret, image, runAs, labels };
  const names = { SLIPWAY_BUILDING: building, SLIPWAY_BUILDER: builder, SLIPWAY_TEMPLATE_OWNER: templateOwner };
  const verifier = scramVerifier(password);
  return {
    begin: adminJob({
      ...common,
      name: 'template-begin',
      script: TEMPLATE_BEGIN,
      env: { ...names, SLIPWAY_VERIFIER: verifier, SLIPWAY_OWN_SERVER: String(server.own) },
    }),
    finish: adminJob({
      ...common,
      name: 'template-finish',
      script: TEMPLATE_FINISH,
      env: { ...names, SLIPWAY_TEMPLATE: template, SLIPWAY_BEFORE: before, SLIPWAY_SEED: seed },
      once: verifier,
    }),
  };
}
