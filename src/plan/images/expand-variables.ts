/**
 * Replaces the variables of a Dockerfile's text: `$name`, `${name}`, `${name:-other}`, `${name-other}`, `${name:+other}` and
 * `${name+other}`, where `other` holds no variable.
 * @returns undefined for a variable without a value, and for any other form
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandVariables(
  text: string,
  values: Readonly<Record<string, string | undefined>>,
): string | undefined {
  let failed = false;
  const expanded = text.replace(
    /\$(?:([A-Za-z_]\w{0,200})|\{([A-Za-z_]\w{0,200})(?:(:?[-+])([^${}]{0,500}))?\})/g,
    (_all, plain: string | undefined, braced = '', operator = '', other = '') => {
      const value = replacement(values[plain ?? braced], operator, other);
      failed ||= value === undefined;
      return value ?? '';
    },
  );
  return failed || expanded.includes('$') ? undefined : expanded;
}

function replacement(value: string | undefined, operator: string, other: string): string | undefined {
  const there = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-')) return there ? value : other;
  if (operator.endsWith('+')) return there ? other : '';
  return value;
}
