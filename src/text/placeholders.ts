/** Values that stand for a secret, and are none. */
const PLACEHOLDER =
  /^$|\$|^(true|false|none|null|changeme|change[-_]?me|secret|password|dummy|test|build|placeholder|xxx+|\*+|\d{1,5}|\/.*)$/i;
/** A URL for a build that needs some URL. */
const NO_LOGIN = /:\/\/(?:[^@/]{0,100}@)?(?:localhost|127\.0\.0\.1|example\.|dummy|placeholder)|:\/\/user:pass/i;
/** Variables that bundlers write into the code for browsers: the names of what everybody may know. */
const PUBLIC = /^(REACT_APP|VITE|NEXT_PUBLIC|NUXT_PUBLIC|PUBLIC|GATSBY|EXPO_PUBLIC|VUE_APP)_/;

export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || isDummyUrl(value);
}

/** Whether a URL has a login that opens nothing outside of the machine. */
export function isDummyUrl(value: string): boolean {
  return NO_LOGIN.test(value);
}

export function isPublicName(name: string): boolean {
  return PUBLIC.test(name);
}
