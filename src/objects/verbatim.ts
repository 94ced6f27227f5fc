/**
 * A part of a command, or the value of a variable, so that the container gets it as it is written: Kubernetes puts variables of
 * the container in place of `$(NAME)`, and takes `$$` for one dollar sign. A shell line means something else by both, and
 * Docker leaves them alone.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function verbatim(part: string): string {
  return part.replace(/\$(?=[$(])/g, '$$$$');
}
