import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/adapters/oci/manifest.ts';
import { readBody, readJson } from '../../../../src/adapters/oci/read-body.ts';
import { EnvironmentError } from '../../../../src/errors.ts';

describe('HRD-4: the answer of a registry', () => {
  it('is read up to 4 MiB', async () => {
    const body = Buffer.alloc(4 << 20, 'x');
    expect((await readBody(new Response(body), 'the manifest')).length).toBe(4 << 20);
    const more = readBody(new Response(Buffer.alloc((4 << 20) + 1)), 'the manifest');
    await expect(more).rejects.toThrow('the manifest cannot be understood: it is larger than 4 MiB');
  });

  it.each(['<html>', '', '7', 'null'])('that is no JSON object (%j) is an error of the environment', async (text) => {
    await expect(readJson(new Response(text), 'the tokens')).rejects.toThrow(EnvironmentError);
    const served = { body: Buffer.from(text), mediaType: '', digest: undefined };
    expect(() => readManifest('ghcr.io/acme/parking', served)).toThrow(EnvironmentError);
  });
});
