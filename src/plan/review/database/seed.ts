import type { SeedConfig } from '../../../config/schema.ts';
import { UserError } from '../../../errors.ts';
import type { AppFile } from '../../../inputs/review-environment.ts';
import type { Command } from '../../../objects/app/app-spec.ts';
import { shortHash } from '../../../objects/names.ts';
import type { DatabaseEngine } from './database.ts';
import { refuseSeedFile } from './seed-file.ts';

/** All values of a ConfigMap together. @see https://kubernetes.io/docs/concepts/configuration/configmap/ */
const MAX_BYTES = 1_048_576 - 4_096;
const WHERE = 'review.database.seed';

/** The first content of a new database, loaded once. */
export type Seed = { /** For people. */ path: string; hash: string } & (
  | { kind: 'command'; command: Command }
  /** SQL, SQL with gzip, or a dump, byte by byte; `before` the migrations, because a dump brings its schema, or after them. */
  | { kind: 'file'; source: { content: Buffer } | { image: string; path: string }; before: boolean }
);

/** Path of the file of the repository that a seed names; undefined when it names none. */
export function seedFile(config: SeedConfig | undefined): string | undefined {
  if (config === undefined || typeof config === 'string') return config;
  return config.image === undefined ? config.dump : undefined;
}

/**
 * @param file what `seedFile` names
 * @throws UserError for a seed that says nothing or two things, and for a file that is empty, too large, or cannot be loaded
 *   (`refuseSeedFile`)
 */
export function planSeed(config: SeedConfig, engine: DatabaseEngine, file: AppFile | undefined): Seed {
  if (typeof config === 'string') return fileSeed(checkedFile(file), engine, false);
  const { command, dump, image } = config;
  if ((command === undefined) === (dump === undefined) || (image !== undefined && dump === undefined)) {
    throw new UserError(`${WHERE}: needs either \`command\` or \`dump\` (with or without \`image\`)`, {
      remedy: 'Write `seed: db/seed.sql`, `seed: { command: … }` or `seed: { dump: db/sanitised.dump }`.',
    });
  }
  if (command !== undefined) return { kind: 'command', path: 'its command', command, hash: hashOf(command) };
  if (image === undefined) return fileSeed(checkedFile(file), engine, true);
  return imageSeed(image, dump ?? '');
}

function imageSeed(image: string, path: string): Seed {
  if (!path.startsWith('/')) {
    throw new UserError(`${WHERE}.dump: "${path}" is not an absolute path in ${image}`, {
      remedy: 'Write the path of the dump in the image, for example /dump.pgdump.',
    });
  }
  return { kind: 'file', path: `${image}:${path}`, source: { image, path }, before: true, hash: hashOf([image, path]) };
}

function fileSeed({ path, content }: AppFile, engine: DatabaseEngine, before: boolean): Seed {
  refuseSeedFile(path, content, engine, before);
  return { kind: 'file', path, source: { content }, before, hash: shortHash(content.toString('latin1'), 16) };
}

function checkedFile(file: AppFile | undefined): AppFile {
  if (file === undefined) throw new UserError(`${WHERE}: its file was not read`);
  if (file.content.toString('latin1').trim() === '') {
    throw new UserError(`${WHERE}: ${file.path} is empty`, {
      remedy: 'Write the first content of a new database, or leave out `seed`.',
    });
  }
  const bytes = file.content.length;
  if (bytes <= MAX_BYTES) return file;
  throw new UserError(
    `${WHERE}: ${file.path} has ${(bytes / 1_048_576).toFixed(1)} MiB, and at most 1 MiB can be loaded from a file`,
    {
      remedy:
        'Compress it (.sql.gz), put it into an image (`seed: { dump: /dump.pgdump, image: … }`), or load it by a command of the app (`seed: { command: … }`).',
    },
  );
}

function hashOf(value: unknown): string {
  return shortHash(JSON.stringify(value), 16);
}

/** A seed that the client in the database's image loads. */
export type LoadedSeed = Exclude<Seed, { kind: 'command' }>;
