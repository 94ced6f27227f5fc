import { UserError } from '../errors.ts';
import { tryReference } from './image-reference.ts';

/** A set of images: the name in slipway.yml → `repository@sha256:…`. */
export type Images = Readonly<Record<string, string>>;

/**
 * Images as an action's input or output: the only one by itself, several as one line `name=value` each.
 * `image` of build-image is a name in the engine; every other stage has references by digest.
 */
export function imageText(values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) return only[1];
  return entries.map(([name, value]) => `${name}=${value}`).join('\n');
}

/**
 * The images of a text that `imageText` wrote.
 * @param only name of the image that stands by itself
 */
export function imagesOfText(text: string, only: string): Images {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [only, line] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** Images in a sentence: the only one by itself, several with their names. */
export function imageWords(images: Images): string {
  return imageText(images).replaceAll('\n', ', ');
}

/** Whether both sets hold the same images, whatever their names are. */
export function sameImages(a: Images, b: Images): boolean {
  const text = (images: Images) => Object.values(images).sort().join('\n');
  return text(a) === text(b);
}

/** The image of a set with this repository; the names of images may differ between releases. */
export function imageFrom(images: Images, repository: string): string | undefined {
  const wanted = tryReference(repository)?.repository;
  return Object.values(images).find((image) => tryReference(image)?.repository === wanted);
}

/**
 * Reads the input `image`: the only image by itself, or lines `name=value`. Images that it does not name are absent. Any name of
 * slipway.yml may be looked up in the result, `constructor` as well.
 * @param names of slipway.yml
 * @throws UserError for a name that slipway.yml does not have, a name twice, and a value without a name where there are several
 */
export function readImages(
  text: string | undefined,
  names: readonly string[],
  input = 'image',
): Record<string, string> {
  const images: Record<string, string> = Object.create(null);
  const [only] = names;
  for (const line of (text ?? '').split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const name = at < 0 ? only : line.slice(0, at).trim();
    if (name === undefined || (at < 0 && names.length > 1)) throw withoutName(line, names, input);
    if (!names.includes(name)) {
      throw new UserError(`input \`${input}\`: slipway.yml has no image "${name}"`, {
        remedy: `Its images are ${names.join(', ')}.`,
      });
    }
    if (Object.hasOwn(images, name)) {
      throw new UserError(`input \`${input}\`: the image ${name} is given twice`, {
        remedy: `Write one line for each image: ${names.map((one) => `${one}=…`).join(', ')}.`,
      });
    }
    images[name] = line.slice(at + 1).trim();
  }
  return images;
}

function withoutName(line: string, names: readonly string[], input: string): UserError {
  return new UserError(`input \`${input}\`: "${line}" does not say which image of slipway.yml it is`, {
    remedy: `Write one line for each image: ${names.map((one) => `${one}=…`).join(', ')}.`,
  });
}
