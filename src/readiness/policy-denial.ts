/** What refused an object at admission, and what to do about it. */
export interface PolicyDenial {
  /** For a sentence: "refused by …". */
  name: string;
  remedy: string;
}

/**
 * Reads from a message of the API server what denied an object; undefined when it is no denial.
 * @see https://cloud.google.com/binary-authorization/docs/viewing-audit-logs (the words of Binary Authorization)
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function policyDenial(message: string): PolicyDenial | undefined {
  if (/Binary ?Authorization/i.test(message) || /image policy webhook backend denied/.test(message)) {
    const attestor = /attestor ([\w./-]+)/i.exec(message)?.[1];
    return {
      name: 'Binary Authorization',
      remedy: attestor
        ? `The image needs an attestation by ${attestor}: sign this digest with it, or change the policy (gcloud container binauthz policy export).`
        : 'Deploy an image that the policy allows, by digest and with its attestations (gcloud container binauthz policy export shows it).',
    };
  }
  const policy = /ValidatingAdmissionPolicy '([^']+)'/.exec(message)?.[1];
  if (policy) {
    return {
      name: `the ValidatingAdmissionPolicy ${policy}`,
      remedy: `Do what it asks for, or ask the administrator of the cluster: kubectl get validatingadmissionpolicy ${policy} -o yaml`,
    };
  }
  const webhook = /admission webhook "([^"]+)" denied/.exec(message)?.[1];
  if (!webhook) return undefined;
  // Gatekeeper writes the constraint in brackets, Kyverno the policy before a colon on its own line.
  const constraint =
    /denied the request: \[([\w.-]+)\]/.exec(message)?.[1] ?? /following policies\s+([\w.-]+):/.exec(message)?.[1];
  const by = constraint
    ? `the policy ${constraint} (admission webhook ${webhook})`
    : `the admission webhook ${webhook}`;
  return { name: by, remedy: `Do what ${constraint ?? webhook} asks for, or ask its administrator.` };
}
