import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import {
  type Images,
  imageFrom,
  imagesOfText,
  imageText,
  readImages,
  sameImages,
} from '../../../src/objects/images.ts';

const API = `ghcr.io/acme/api@sha256:${'a'.repeat(64)}`;
const WEB = `ghcr.io/acme/web@sha256:${'b'.repeat(64)}`;

describe('images', () => {
  it('are one value alone, and lines with names if there are several', () => {
    expect(imageText({ parking: API })).toBe(API);
    expect(imageText({ api: API, web: WEB })).toBe(`api=${API}\nweb=${WEB}`);
  });

  it('are read as they are written', () => {
    expect(readImages(API, ['parking'])).toEqual({ parking: API });
    expect(readImages(`parking=${API}`, ['parking'])).toEqual({ parking: API });
    expect(readImages(imageText({ api: API, web: WEB }), ['api', 'web'])).toEqual({ api: API, web: WEB });
    expect(readImages(`\n  web = ${WEB}\n\n`, ['api', 'web'])).toEqual({ web: WEB });
  });

  it('are read from a text without the names of slipway.yml', () => {
    const all: Images[] = [{ parking: API }, { api: API, web: WEB }, {}];
    for (const images of all) expect(imagesOfText(imageText(images), 'parking')).toEqual(images);
  });

  it('may have any name, and none is there that was not given', () => {
    expect(readImages(undefined, ['constructor', 'web']).constructor).toBeUndefined();
    expect(readImages(`constructor=${API}`, ['constructor', 'web']).constructor).toBe(API);
  });

  it.each([
    [API, ['api', 'web'], 'does not say which image'],
    [`wep=${WEB}`, ['api', 'web'], 'slipway.yml has no image "wep"'],
    [`web=${WEB}\nweb=${WEB}`, ['api', 'web'], 'the image web is given twice'],
    [`${API}\n${API}`, ['api'], 'the image api is given twice'],
  ])('refuse %j for %j', (text, names, message) => {
    expect(() => readImages(text, names)).toThrow(UserError);
    expect(() => readImages(text, names)).toThrow(message);
  });

  it('are compared by what they are, not by their names', () => {
    expect(sameImages({ api: API, web: WEB }, { backend: API, site: WEB })).toBe(true);
    expect(sameImages({ api: API }, { api: API, web: WEB })).toBe(false);
    expect(imageFrom({ parking: API }, 'ghcr.io/acme/api')).toBe(API);
    expect(imageFrom({ parking: API }, 'ghcr.io/acme/web')).toBeUndefined();
  });
});
