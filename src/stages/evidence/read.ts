import { Cancelled, messageOf, SlipwayError } from '../../errors.ts';
import type { Believed } from '../../plan/evidence/pick.ts';
import { readStatement, STATEMENT_MEDIA } from '../../plan/evidence/statement.ts';
import { type Here, originOf } from '../../plan/evidence/trust.ts';
import type { StoredManifest } from '../../ports.ts';
import { inPool } from '../pool.ts';
import type { ReadPorts } from './ports.ts';
import { signedText, TOKEN_MEDIA } from './signed-text.ts';

/** What is said about an image. */
export interface Evidence {
  /** The statements that count. */
  believed: Believed[];
  /** Why others do not, each reason once. */
  refused: string[];
}

/** Statements of an image that are read; somebody who may push can attach any number. */
const MOST = 200;
/** Bytes of a statement, and of a token. */
const LARGEST = 256 * 1024;
const AT_ONCE = 8;

/**
 * Reads the statements about an image in a registry. Only what GitHub signed for a run that this one believes counts, whoever
 * attached it.
 * @param digest of the image, as the registry computed it
 * @throws EnvironmentError or UserError when the registry does not answer
 */
export async function readEvidence(
  repository: string,
  digest: string,
  here: Here,
  ports: ReadPorts,
): Promise<Evidence> {
  ports.identities.prepare();
  const listed = await ports.referrers.list(repository, digest, STATEMENT_MEDIA);
  const trees = new Trees(here, ports.github);
  const read = await inPool(
    listed.slice(0, MOST),
    async (one) => {
      try {
        return await readOne(one, { repository, digest }, trees, ports);
      } catch (error) {
        // Somebody who may push can attach what cannot be read; the other statements count all the same.
        if (!(error instanceof SlipwayError) || error instanceof Cancelled) throw error;
        return `it cannot be read: ${messageOf(error)}`;
      }
    },
    AT_ONCE,
  );
  const refused = read.filter((one) => typeof one === 'string');
  if (listed.length > MOST) refused.push(`only ${MOST} of ${listed.length} statements are read`);
  return { believed: read.filter((one) => typeof one !== 'string'), refused: [...new Set(refused)] };
}

/** A statement that counts, or why it does not. */
async function readOne(
  artifact: StoredManifest,
  image: { repository: string; digest: string },
  trees: Trees,
  ports: ReadPorts,
): Promise<Believed | string> {
  const layer = (mediaType: string) =>
    artifact.layers.find((one) => one.mediaType === mediaType && one.size <= LARGEST);
  const [content, token] = [layer(STATEMENT_MEDIA), layer(TOKEN_MEDIA)];
  if (content === undefined || token === undefined) return 'it is not signed by GitHub';
  const [statement, signature] = await Promise.all([
    ports.referrers.blob(image.repository, content),
    ports.referrers.blob(image.repository, token),
  ]);
  const signer = await ports.identities.signer(signature.toString('utf8'), signedText(statement));
  if ('invalid' in signer) return signer.invalid;
  const read = readStatement(statement.toString('utf8'));
  if (read === undefined) return 'it is no statement of this version';
  if (read.subject.digest !== image.digest) return `it is about ${read.subject.digest}`;
  const origin = originOf(signer, trees.here);
  if (origin === 'default-branch') return { ...read, signer, byDefaultBranch: true };
  if (origin !== 'tree') return origin.refused;
  const differs = await trees.differs(signer.sha);
  return differs === undefined ? { ...read, signer, byDefaultBranch: false } : `written by ${signer.ref}: ${differs}`;
}

/** Compares the trees of commits with that of this run, each once. */
class Trees {
  readonly here: Here;
  private readonly github: ReadPorts['github'];
  private readonly asked = new Map<string, Promise<string | undefined>>();

  constructor(here: Here, github: ReadPorts['github']) {
    this.here = here;
    this.github = github;
  }

  /** Why a commit counts as another tree; undefined for the same tree. */
  async differs(sha: string): Promise<string | undefined> {
    if (sha === this.here.sha) return undefined;
    if (this.github === undefined) return 'without a token, Slipway cannot ask GitHub whether its tree is this one';
    try {
      const [its, own] = await Promise.all([this.tree(sha), this.tree(this.here.sha)]);
      if (its === undefined || own === undefined) return 'GitHub does not know its commit';
      return its === own ? undefined : `the tree of its commit ${sha.slice(0, 12)} is another one`;
    } catch (error) {
      return messageOf(error);
    }
  }

  private tree(sha: string): Promise<string | undefined> {
    const answer = this.asked.get(sha) ?? (this.github as NonNullable<ReadPorts['github']>).treeOf(sha);
    this.asked.set(sha, answer);
    return answer;
  }
}
