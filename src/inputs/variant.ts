import { UserError } from '../errors.ts';

/** Short, since it is part of names and hosts; it begins with a letter, so that it is neither a time nor a commit. */
const VARIANT = /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/;

/** Can this be the name of one of several environments of a pull request? */
export function isVariant(text: string): boolean {
  return VARIANT.test(text);
}

/** @throws UserError for a name that none can have */
export function checkedVariant(text: string | undefined): string | undefined {
  if (text === undefined || isVariant(text)) return text;
  throw new UserError(`input \`variant\`: "${text}" cannot be part of names and hosts`, {
    remedy: 'Write at most 20 lower-case letters, digits and inner "-", beginning with a letter, for example mysql.',
  });
}
