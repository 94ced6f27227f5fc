import type { ImageDetails, LayerScan } from '../../ports.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { isPlaceholder, isPublicName } from '../../text/placeholders.ts';
import { secretLike, secretValue } from '../../text/secret-like.ts';
import { type Finding, finding, type Place } from '../finding.ts';

/** A container that runs the image. */
export interface ImagePod {
  environment: string;
  /** Kind and name. */
  object: string;
  /** runAsUser; undefined: the user of the image. */
  user: unknown;
  /** runAsNonRoot */
  nonRoot: boolean;
}

/** An image of the app, and where it runs. */
export interface JudgedImage {
  /** Name in slipway.yml. */
  name: string;
  details: ImageDetails;
  layers: LayerScan;
  pods: readonly ImagePod[];
  /** Its Dockerfile, and the line that decides about the user; undefined: not known. */
  place: Place | undefined;
}

/** What an image shows without being started. */
export function imageFindings(image: JudgedImage): Finding[] {
  return [...userFindings(image), ...secretsOf(image), ...sizeFindings(image)];
}

function placeOf({ name, place }: JudgedImage): Place {
  return { object: `image ${name}`, ...(place?.file === undefined ? {} : { file: place.file }) };
}

function userFindings(image: JudgedImage): Finding[] {
  const { details, pods, place } = image;
  const [user = ''] = details.user.split(':');
  const isRoot = /^(root|0+)?$/.test(user);
  const isName = !/^\d*$/.test(user);
  const own = pods.filter((pod) => pod.user === undefined);
  const refused = own.filter(({ nonRoot }) => nonRoot && (isRoot || isName));
  const asRoot = own.find(({ nonRoot }) => !nonRoot);
  const said = user === '' ? 'root, because its Dockerfile has no USER' : user;
  return [
    ...refused.map(({ environment, object }) =>
      finding('non-root-refused', {
        where: { environment, object, ...place },
        confidence: 'proven',
        seen: `it has runAsNonRoot, and the user of image ${image.name} is ${said}${isName && !isRoot ? ', a name without a number' : ''}`,
        remedy: 'End the Dockerfile with a number, `USER 65532`, or set `runAsUser` (`deploy.securityContext`).',
      }),
    ),
    ...(isRoot && asRoot !== undefined
      ? [
          finding('runs-as-root', {
            where: { ...placeOf(image), ...place },
            confidence: 'proven',
            seen: `its user is ${said}, and ${asRoot.object} sets no other`,
            remedy:
              'End the Dockerfile with `USER 65532`, or another number: Kubernetes compares numbers, and cannot check a name.',
          }),
        ]
      : []),
  ];
}

/** Secrets in variables, in the history and in files. Their values never leave the image. */
function secretsOf(image: JudgedImage): Finding[] {
  const { details, layers } = image;
  const where = placeOf(image);
  const said = (seen: string, certain: boolean, key: string) =>
    finding('secret-in-image', {
      where,
      confidence: certain ? 'proven' : 'likely',
      seen: neutraliseLine(seen, 500),
      remedy:
        'Replace it where it is used: whoever pulled the image has it. Build with `RUN --mount=type=secret`, keep the file out by .dockerignore, and give the process a Secret (`deploy.secrets`).',
      key,
    });
  const variables = Object.entries(details.env).flatMap(([name, value]) => {
    const reason = value.length >= 6 ? reasonOf(name, value) : undefined;
    return reason === undefined ? [] : [said(`its variable ${name} holds a secret: ${reason}`, false, `env ${name}`)];
  });
  const history = details.layers
    .flatMap(({ madeBy }) => argumentsIn(madeBy))
    .map(({ name, reason }) => said(`its history has the build argument ${name}: ${reason}`, false, `history ${name}`));
  const files = layers.secrets.map(({ path, what, certain, deleted }) =>
    said(
      `${path} holds ${what}${deleted ? '; a later layer removes the file, and its own layer still has it' : ''}`,
      certain,
      `${path} ${what}`,
    ),
  );
  return [...variables, ...history, ...files];
}

/** Why a variable looks like a secret; its name alone says nothing of what bundlers publish. */
function reasonOf(name: string, value: string): string | undefined {
  if (isPlaceholder(value)) return undefined;
  return secretValue(value) ?? (isPublicName(name) ? undefined : secretLike(name, value));
}

/** `|2 NAME=value OTHER=value /bin/sh -c …`: the build arguments that a RUN saw. */
function argumentsIn(madeBy: string): { name: string; reason: string }[] {
  const head = /^(?:RUN )?\|\d{1,3} (.{0,4000}?) \/bin\/(?:sh|bash) -/.exec(madeBy)?.[1] ?? '';
  return head.split(' ').flatMap((word) => {
    const at = word.indexOf('=');
    const [name, value] = [word.slice(0, at), word.slice(at + 1)];
    const reason = at < 1 ? undefined : reasonOf(name, value);
    return reason === undefined ? [] : [{ name, reason }];
  });
}

/** Bytes from which a node needs long to pull an image. */
const LARGE = 1024 ** 3;
const LOST = 100 * 1024 ** 2;

function sizeFindings(image: JudgedImage): Finding[] {
  const { details, layers } = image;
  const isLarge = details.size >= LARGE;
  if (!isLarge && layers.lost < LOST) return [];
  const folders = layers.largest.map(({ path, bytes }) => `${path} ${mebi(bytes)}`).join(', ');
  const steps = [...details.layers]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ bytes, madeBy }) => `${mebi(bytes)} by ${shortStep(madeBy)}`);
  const lost = layers.lost >= LOST ? `; ${mebi(layers.lost)} are files that a later layer removes or replaces` : '';
  return [
    finding('large-image', {
      where: placeOf(image),
      confidence: 'possible',
      seen: neutraliseLine(
        `it has ${mebi(details.size)}${folders === '' ? '' : `, most in ${folders}`}${lost}. Its largest layers: ${steps.join('; ')}`,
        900,
      ),
      remedy:
        'Build in one stage and copy the result into a slim one; remove caches in the RUN that makes them; list in .dockerignore what the app does not read.',
    }),
  ];
}

const mebi = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;

/** The instruction, without the values of build arguments. */
function shortStep(madeBy: string): string {
  const text = madeBy.replace(/^(RUN )?\|\d{1,3} .{0,4000}? (?=\/bin\/(?:sh|bash) -)/, 'RUN ').replace(/\s+/g, ' ');
  return secretValue(text) === undefined ? text.slice(0, 80) : 'an instruction with a secret';
}
