import { describe, expect, it } from 'vitest';
import { parseGkePath } from '../../../../src/adapters/gke/path.ts';
import { isNotFound, translateGkeError } from '../../../../src/adapters/gke/translate.ts';
import { UserError } from '../../../../src/errors.ts';

const gke = parseGkePath('projects/acme/locations/europe-west1/clusters/mian');
const who = 'service account slipway@acme.iam.gserviceaccount.com';
const failed = (code: number, reason?: string) => Object.assign(new Error(`${code} said so`), { code, reason });

describe('parseGkePath', () => {
  it.each([
    'projects/acme/locations/europe-west1/clusters/mian',
    ' projects/acme/locations/europe-west1/clusters/mian\n',
    '//container.googleapis.com/projects/acme/locations/europe-west1/clusters/mian',
    'https://container.googleapis.com/v1/projects/acme/locations/europe-west1/clusters/mian',
    'https://container.googleapis.com/v1/projects/acme/zones/europe-west1/clusters/mian',
  ])('reads %j', (text) => {
    expect(parseGkePath(text)).toEqual({
      name: 'projects/acme/locations/europe-west1/clusters/mian',
      project: 'acme',
      location: 'europe-west1',
      cluster: 'mian',
    });
  });

  it.each(['', 'main', 'projects/a/clusters/b', 'projects/a/locations/b/clusters/c/nodePools/d', 'a b'])(
    'refuses %j',
    (text) => {
      expect(() => parseGkePath(text)).toThrow(UserError);
    },
  );
});

describe('translateGkeError', () => {
  it('offers the most similar cluster', () => {
    const near = ['main', 'review'].map((name) => `projects/acme/locations/europe-west1/clusters/${name}`);
    const error = translateGkeError(failed(5), gke, who, near);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`there is no cluster ${gke.name}`);
    expect(error.remedy).toContain(`Did you mean ${near[0]}?`);
    expect(error.details).toEqual(near.map((name) => `project acme has ${name}`));
    expect(translateGkeError(failed(5), gke, who, []).remedy).toContain('gcloud container clusters list --uri');
    expect([isNotFound(failed(5)), isNotFound(failed(7)), isNotFound(undefined)]).toEqual([true, false, false]);
  });

  it('names the permission and who lacks it', () => {
    const error = translateGkeError(failed(7), gke, who, []);
    expect(error.message).toBe(`${who} may not read cluster ${gke.name}: container.clusters.get is missing`);
    expect(error.remedy).toContain('roles/container.clusterViewer on project acme');
  });

  it('tells an API that is switched off from a missing permission', () => {
    const error = translateGkeError(failed(7, 'SERVICE_DISABLED'), gke, who, []);
    expect(error.message).toBe('the Kubernetes Engine API is not enabled in project acme');
    expect(error.remedy).toContain('gcloud services enable container.googleapis.com --project=acme');
  });

  it.each([
    [14, 'container.googleapis.com could not be reached'],
    [4, 'container.googleapis.com could not be reached'],
    [16, `GKE did not accept the sign-in of ${who}`],
    [13, `GKE could not look up ${gke.name}`],
  ])('code %i: %s', (code, message) => {
    const error = translateGkeError(failed(code), gke, who, []);
    expect(error.message).toBe(message);
    expect(error.details).toEqual([`${code} said so`]);
  });

  it('leaves an error alone that has its words already', () => {
    const known = new UserError('known');
    expect(translateGkeError(known, gke, who, [])).toBe(known);
  });
});
