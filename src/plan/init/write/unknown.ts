import type { Findings } from '../findings.ts';
import { ask, noteOf } from './notes.ts';

/** Stands for what only a person knows; the check of the file refuses it. */
export const UNKNOWN = { registry: '<registry>', gke: 'projects/<project>/locations/<location>/clusters/<cluster>' };

/** The repository of an image. Objects that name it decide: Slipway finds the image in them by it. */
export function repositoryOf(findings: Findings, name: string): { value: string; note: string } {
  const { app, registry, parts, objects } = findings;
  const named = objects?.repositories.get(name);
  if (named !== undefined) return { value: named, note: noteOf({ from: `${objects?.path}, which names it` }) };
  if (objects?.registry !== undefined) {
    return { value: `${objects.registry}/${name}`, note: noteOf({ from: `${objects.path}/values.yaml` }) };
  }
  const path = parts.length === 1 ? app.value : `${app.value}/${name}`;
  if (registry !== undefined) return { value: `${registry.value}/${path}`, note: noteOf(registry) };
  const form = findings.variant.value === 'google-cloud' ? 'europe-west1-docker.pkg.dev/acme/apps' : 'ghcr.io/acme';
  return { value: `${UNKNOWN.registry}/${path}`, note: ask(`registry and folder of your images, such as ${form}`) };
}
