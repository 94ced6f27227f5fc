import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { isTag, parseReference } from '../../src/objects/image-reference.ts';
import { branchTag, versionTags } from '../../src/plan/images/tags.ts';

const part = fc.stringMatching(/^[a-zA-Z0-9._:@/-]{0,30}$/);
const referenceLike = fc
  .tuple(part, part, part, fc.option(fc.stringMatching(/^[a-f0-9]{64}$/)))
  .map(
    ([host, path, tag, hex]) => `${host}/${path}${tag === '' ? '' : `:${tag}`}${hex === null ? '' : `@sha256:${hex}`}`,
  );

/** A reference that was understood is understood in the same way again, from its parts. */
function checkReference(text: string): void {
  try {
    const one = parseReference(text);
    const { repository, tag, digest } = one;
    const again = parseReference(
      `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`,
    );
    if (JSON.stringify(again) !== JSON.stringify(one)) throw new Error(`${text}: ${JSON.stringify([one, again])}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'image references',
    property: fc.property(fc.oneof(referenceLike, fc.string()), checkReference),
  },
  {
    name: 'tags of branches and Git tags',
    property: fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const tags = [branchTag(name), ...versionTags(name)];
      const wrong = tags.find((tag) => !isTag(tag));
      if (wrong !== undefined) throw new Error(`not a tag: ${JSON.stringify(wrong)}`);
      if (/^(pr-\d+|(sha|fork)-[0-9a-f]+|latest)$/.test(branchTag(name)))
        throw new Error(`reserved: ${branchTag(name)}`);
    }),
  },
];
