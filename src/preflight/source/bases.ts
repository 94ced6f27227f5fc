import { tryReference } from '../../objects/image-reference.ts';
import { type Instruction, instructionsOf } from '../../text/dockerfile.ts';
import { type Finding, finding } from '../finding.ts';
import { movingTag, pinned, retiredImage } from '../image-tags.ts';
import type { Recipe } from './recipe.ts';
import { restOf, wordOf } from './stages.ts';

/** `# syntax=docker/dockerfile:1` moves on purpose, and its publisher keeps it compatible. */
const FRONTEND = /^(docker\.io\/)?docker\/dockerfile/;

/** The images that a build reads: which of them can be another one tomorrow. */
export function baseFindings(recipe: Recipe): Finding[] {
  return [...recipe.images].flatMap(([image, digest]) => {
    const reference = tryReference(image);
    if (reference === undefined || reference.digest !== undefined || FRONTEND.test(image)) return [];
    const instruction = instructionWith(image, recipe.text);
    const where = { file: recipe.path, line: instruction?.line };
    const tag = movingTag(image);
    const old = retiredImage(image);
    return [
      finding(tag === undefined ? 'unpinned-base' : 'moving-tag', {
        where,
        confidence: 'proven',
        seen: tag === undefined ? `${image} is a tag, which can be pushed again` : `${image}: the tag ${tag} moves`,
        remedy: pasteOf(image, digest, instruction),
        key: reference.repository,
      }),
      ...(old === undefined
        ? []
        : [
            finding('retired-image', {
              where,
              confidence: 'likely',
              seen: `${image}: ${old.seen}`,
              remedy: old.remedy,
              key: reference.repository,
            }),
          ]),
    ];
  });
}

/** The line to paste. */
function pasteOf(image: string, digest: string | undefined, instruction: Instruction | undefined): string {
  const name = pinned(image, digest);
  const words = instruction?.text.split(' ').map((word) => {
    if (word === image) return name;
    return word === `--from=${image}` ? `--from=${name}` : word;
  });
  const line = words === undefined || words.join(' ') === instruction?.text ? name : words.join(' ');
  const how = digest === undefined ? ` \`docker buildx imagetools inspect ${image}\` prints the digest.` : '';
  return `Write \`${line.slice(0, 500)}\`, and let Dependabot or Renovate move it.${how}`;
}

/** The instruction that names the image; otherwise the first FROM with variables whose written parts the image has. */
function instructionWith(image: string, text: string): Instruction | undefined {
  const all = instructionsOf(text);
  const exact = all.find((one) => one.text.split(' ').some((word) => word === image || word === `--from=${image}`));
  if (exact !== undefined) return exact;
  return all.find((one) => {
    const base = wordOf(one) === 'FROM' ? (restOf(one).split(' ')[0] ?? '') : '';
    const parts = base.split(/\$\{[^${}]*\}|\$\w+/);
    return parts.length > 1 && parts.every((part) => image.includes(part));
  });
}
