/**
 * The exports of a CommonJS module that was imported dynamically: Node offers them by name, a chunk of the bundle as
 * `default` only.
 */
export function exportsOf<T extends object>(module: T): T {
  return 'default' in module && typeof module.default === 'object' ? (module.default as T) : module;
}
