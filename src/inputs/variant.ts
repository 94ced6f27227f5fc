import { UserError } from '../errors.ts';

/** Short, because names and hosts contain it. It begins with a letter, so it cannot be read as a time or a commit. */
const VARIANT = /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/;

/** Whether a text is a valid name of a variant. */
export function isVariant(text: string): boolean {
  return VARIANT.test(text);
}

/** @throws UserError for an invalid name */
export function checkedVariant(text: string | undefined): string | undefined {
  if (text === undefined || isVariant(text)) return text;
  throw new UserError(`input \`variant\`: "${text}" cannot be part of names and hosts`, {
    remedy: 'Write at most 20 lower-case letters, digits and inner "-", beginning with a letter, for example mysql.',
  });
}
