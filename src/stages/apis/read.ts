import { parseReference } from '../../objects/image-reference.ts';
import type { Images } from '../../objects/images.ts';
import type { Referrers } from '../../ports.ts';
import type { ApiRecord } from '../../preflight/side-by-side/api-record.ts';
import { inPool } from '../pool.ts';
import { APIS_TYPE, layerOf, newestOf, readApis } from './artifact.ts';

/**
 * What the processes of these images serve, as preflight saw it before they were pushed. An image without a record is left out.
 * @throws UserError or EnvironmentError where the registry refuses or does not answer, or a record cannot be read
 */
export async function apisOfImages(images: Images, referrers: Pick<Referrers, 'blob' | 'list'>): Promise<ApiRecord> {
  const records = await inPool(Object.values(images), async (image) => {
    const { repository, digest } = parseReference(image);
    const newest = digest === undefined ? undefined : newestOf(await referrers.list(repository, digest, APIS_TYPE));
    const layer = newest && layerOf(newest);
    if (layer === undefined) return {};
    return readApis(await referrers.blob(repository, { digest: layer }), `the description of the API of ${image}`);
  });
  return Object.assign({}, ...records);
}
