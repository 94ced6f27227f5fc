import { UserError } from '../../errors.ts';

/** A GKE cluster's resource name in its parts. */
export interface GkePath {
  /** projects/…/locations/…/clusters/… */
  name: string;
  project: string;
  /** Region or zone. */
  location: string;
  cluster: string;
}

const PATH = /^projects\/([^/\s]+)\/(?:locations|zones)\/([^/\s]+)\/clusters\/([^/\s]+)$/;
const PREFIX = /^(https:\/\/container\.googleapis\.com\/v1(beta1)?\/|\/\/container\.googleapis\.com\/)/;

/**
 * Reads projects/…/locations/…/clusters/…, or the address that `gcloud container clusters list --uri` prints.
 * @see https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/get
 */
export function parseGkePath(text: string): GkePath {
  const [, project, location, cluster] = PATH.exec(text.trim().replace(PREFIX, '')) ?? [];
  if (project === undefined || location === undefined || cluster === undefined) {
    throw new UserError(`"${text}" is not the name of a GKE cluster`, {
      remedy: 'Write projects/PROJECT/locations/REGION_OR_ZONE/clusters/NAME (`gcloud container clusters list --uri`).',
    });
  }
  return { name: `projects/${project}/locations/${location}/clusters/${cluster}`, project, location, cluster };
}
