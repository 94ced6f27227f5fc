import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerCli } from '../../../../../src/adapters/docker/cli.ts';
import { saveImage } from '../../../../../src/adapters/docker/content/save-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-save-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Saves by a program that behaves as docker does. */
function save(script: string, read: (source: Readable) => Promise<void>, timeoutMs = 60_000): Promise<void> {
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return saveImage(new DockerCli(file, process.env), 'parking', read, { timeoutMs });
}
const whole = async (source: Readable) => {
  for await (const _ of source);
};

describe('saving an image', () => {
  it('ends with the archive', async () => {
    await expect(save('echo archive', whole)).resolves.toBeUndefined();
  });

  it('is stopped by a reader that fails, and its reason counts', async () => {
    const fails = () => Promise.reject(new Error('its layers are too large'));
    await expect(save('exec sleep 60', fails)).rejects.toThrow('its layers are too large');
  });

  it('fails with the reason of docker, whatever the reader makes of what it got', async () => {
    const fails = async (source: Readable) => {
      await whole(source);
      throw new Error('no archive');
    };
    const refused = 'echo "Error response from daemon: reference does not exist" >&2; exit 1';
    await expect(save(refused, fails)).rejects.toThrow('parking cannot be saved: reference does not exist');
    await expect(save('echo archive', fails)).rejects.toThrow('no archive');
  });

  it('does not wait longer than it may', async () => {
    await expect(save('echo archive; exec sleep 60', whole, 50)).rejects.toThrow('docker took too long to save it');
  });
});
