import { EnvironmentError, FieldsManaged, ScaledMeanwhile, type SlipwayError } from '../../errors.ts';
import { isDeployer } from '../../objects/take-over.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import type { ApiFailure } from './failure.ts';

const SCALED = 'Something else scales it (kubectl scale, an autoscaler): leave spec.replicas out, or undo that.';
const TAKE_OVER =
  'Another program deploys it. To take its objects over, once: run this action with `take-over: true`, first with `dry-run: true` as well (docs/compatibility.md). Otherwise remove these fields from what you deploy. Unless asked, Slipway never forces.';
const OTHER = 'Remove these fields from what you deploy, or make the other manager give them up. Slipway never forces.';

/**
 * Server-side apply lists each field that another manager owns.
 * @param what the object, for the message
 * @param said what the server says
 */
export function translateConflict(error: ApiFailure, what: string, said: string): SlipwayError {
  const owned = error.status.causes.filter((cause) => cause.reason === 'FieldManagerConflict');
  if (owned.length === 0) {
    return new EnvironmentError(`${what}: somebody else changed it at the same moment`, {
      details: [said],
      remedy: 'Run it again.',
      cause: error,
    });
  }
  const details = owned.map((cause) => neutraliseLine(`${cause.field}: ${cause.message ?? ''}`));
  const managers = [
    ...new Set(owned.flatMap((cause) => /conflict with "([^"]+)"/.exec(cause.message ?? '')?.[1] ?? [])),
  ];
  const message = `${what}: ${owned.length === 1 ? 'a field is' : `${owned.length} fields are`} managed by somebody else`;
  if (owned.length === 1 && owned[0]?.field === '.spec.replicas' && !managers.every(isDeployer)) {
    // The name by which autoscalers write.
    const autoscaled = managers.includes('kube-controller-manager');
    const context = { details, remedy: SCALED, cause: error };
    return autoscaled ? new ScaledMeanwhile(message, context) : new FieldsManaged(message, { ...context, managers });
  }
  const remedy = managers.length > 0 && managers.every(isDeployer) ? TAKE_OVER : OTHER;
  return new FieldsManaged(message, { details, remedy, managers, cause: error });
}
