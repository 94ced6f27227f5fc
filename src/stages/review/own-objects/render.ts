import type { Images } from '../../../objects/images.ts';
import { HTTP_ROUTE } from '../../../objects/ingress/http-route.ts';
import { placeholderValues } from '../../../plan/review/objects.ts';
import { filledSource, type OwnObjects } from '../../../plan/review/own-objects/source.ts';
import type { OwnRender, OwnWork, Work } from '../work.ts';
import { readInventory } from './inventory.ts';
import { ownObjects } from './objects.ts';

/**
 * Renders the objects of the team and checks them against the walls, before the namespace is claimed.
 * @param images by digest
 * @returns undefined if Slipway writes the objects
 * @throws UserError that names each object that is refused; nothing was written
 */
export async function renderOwn(work: Work, images: Images): Promise<OwnRender | undefined> {
  const { plan, site, steps } = work;
  const { own } = plan;
  if (own === undefined) return undefined;
  return steps.run('objects', async () => {
    const { deployed } = await readInventory(plan, site.cluster);
    const render = await rendered(work, own, deployed);
    const { notes } = await ownObjects(work, render.rendered, images);
    for (const note of notes) site.log.info(note);
    return render;
  });
}

/** The same under the lease: another run may have deployed meanwhile. */
export async function renderedNow(work: Work, own: OwnObjects): Promise<OwnRender> {
  const { deployed } = await readInventory(work.plan, work.site.cluster);
  const known = work.own;
  return known !== undefined && known.isUpgrade === deployed ? known : rendered(work, own, deployed);
}

/** Renders the files with the values of the environment, without a check. */
export async function rendered(
  { plan, site, commit }: OwnWork,
  own: OwnObjects,
  isUpgrade: boolean,
): Promise<OwnRender> {
  const { cluster, renderer, signal, log } = site;
  const source = filledSource(own.source, plan.templatedValues, placeholderValues(plan, { commit }));
  const isServed = plan.app.ingress?.kind === 'gateway' && (await cluster.resource(HTTP_ROUTE)) !== undefined;
  const context = {
    checkout: own.checkout,
    namespace: plan.namespace,
    isUpgrade,
    version: await cluster.version(),
    apiVersions: isServed ? [HTTP_ROUTE.apiVersion, `${HTTP_ROUTE.apiVersion}/${HTTP_ROUTE.kind}`] : [],
    signal,
    log,
  };
  return { rendered: await renderer.render(source, context), isUpgrade };
}
