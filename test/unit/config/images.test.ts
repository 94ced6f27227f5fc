import { describe, expect, it } from 'vitest';
import { imagesOf, onlyImage } from '../../../src/config/images.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { HEAD, problemsOf as problems } from '../../support/unit/problems.ts';

const TWO = `app: parking
images:
  api: { repository: ghcr.io/acme/api, context: api }
  web: { repository: ghcr.io/acme/web, context: web }
`;

describe('images of slipway.yml', () => {
  it('are one with the name of the app in the short form', () => {
    const config = parseConfig(HEAD, 'slipway.yml');
    expect(Object.keys(imagesOf(config))).toEqual(['parking']);
    expect(onlyImage(config)).toBe('parking');
  });

  it('keep their names and their order in the long form', () => {
    const config = parseConfig(TWO, 'slipway.yml');
    expect(Object.entries(imagesOf(config)).map(([name, { context }]) => [name, context])).toEqual([
      ['api', 'api'],
      ['web', 'web'],
    ]);
    expect(onlyImage(config)).toBeUndefined();
  });

  it('are never named by both keys', () => {
    expect(problems(`${TWO}image: { repository: ghcr.io/acme/parking }\n`)).toEqual([
      'slipway.yml:2:1: images: give either `image` or `images`; move `image` into `images` and give it a name there',
    ]);
    expect(problems('app: parking\nimages: {}\n')).toEqual([
      'slipway.yml:2:1: images: is empty; name at least one image, for example { web: { repository: ghcr.io/acme/web } }',
    ]);
    expect(problems(`${TWO}  API: { repository: ghcr.io/acme/x }\n`)[0]).toContain('an image name must be lower-case');
  });

  it.each(['ghcr.io/acme/api', 'docker.io/library/api', 'docker.io/api', 'index.docker.io/api'])(
    'have repositories of their own: %s',
    (repository) => {
      const own = repository.replace('index.', '').replace('/library', '');
      expect(problems(`${TWO}  a: { repository: ${own} }\n  b: { repository: ${repository} }\n`).at(-1)).toMatch(
        /images\.b\.repository: (a|api) has the repository .* already; give each image one of its own$/,
      );
    },
  );

  it('are deployed by processes or by objects of the team', () => {
    const staging = 'environments: { staging: { namespace: s } }\n';
    expect(problems(TWO)).toEqual([]);
    expect(problems(`${TWO}deploy: { manifests: k8s }\n${staging}`)).toEqual([]);
    expect(problems(`${TWO}deploy: { port: 80 }\n${staging}`)[0]).toContain('deploy.processes: is missing');
  });

  it('are named by each test, if there are several', () => {
    expect(problems(`${TWO}tests:\n  unit: { run: x }\n`)).toEqual([
      'slipway.yml:6:3: tests.unit.image: is missing; name one of the images: api, web',
    ]);
    expect(problems(`${TWO}tests:\n  unit: { run: x, image: wep }\n`)).toEqual([
      'slipway.yml:6:19: tests.unit.image: "wep" is not defined; did you mean "web"?',
    ]);
    expect(parseConfig(`${TWO}tests: { unit: { run: x, image: web } }\n`, 'slipway.yml').tests?.unit?.image).toBe(
      'web',
    );
    expect(parseConfig(`${HEAD}tests: { unit: { run: x, image: parking } }\n`, 'slipway.yml').app).toBe('parking');
  });
});
