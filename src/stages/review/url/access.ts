import { credentialsOf, type LoginHashes, loginOf, type VisitorCredentials } from '../../../objects/ingress/login.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';

/** The login that the ingress controller checks; the same in every deploy of an environment. */
export function loginFor(
  { app, namespace }: ReviewUpPlan,
  credentials: VisitorCredentials | undefined,
): LoginHashes | undefined {
  const variable = app.ingress?.access?.basicAuth;
  if (variable === undefined) return undefined;
  return loginOf(credentials ?? credentialsOf(undefined, variable), namespace);
}

/** Who may open the environment, in words; undefined: everybody who can reach it. */
export function accessWords({ app }: ReviewUpPlan): string | undefined {
  const { basicAuth, allow = [] } = app.ingress?.access ?? {};
  const words = [
    ...(basicAuth ? [`asks for a name and a password (those of ${basicAuth})`] : []),
    ...(allow.length > 0 ? [`lets in ${allow.length === 1 ? 'one network' : `${allow.length} networks`} alone`] : []),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}
