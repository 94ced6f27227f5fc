/**
 * Escapes a part of a command, or the value of a variable, so that the container gets it as it is written: Kubernetes
 * replaces `$(NAME)` by a variable of the container, and `$$` by one dollar sign. In a shell line both mean something else,
 * and Docker does not replace them.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function verbatim(part: string): string {
  return part.replace(/\$(?=[$(])/g, '$$$$');
}
