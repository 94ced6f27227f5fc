import { UserError } from '../errors.ts';
import type { Inputs } from './read.ts';

/** What the root action signs in with, after build and tests. Empty: the job has signed in by itself. */
export interface SignInInputs {
  google: { provider: string; serviceAccount: string | undefined } | undefined;
  registry: { user: string; password: string } | undefined;
  /** Content of a kubeconfig. */
  kubeconfig: string | undefined;
}

const PROVIDER = /^projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/;

const ACCOUNT = /^[a-z0-9-]+@[a-z0-9.-]+$/;

/** @throws UserError for a provider that is none, and for one of two inputs that belong together */
export function signInInputs(inputs: Inputs): SignInInputs {
  const provider = inputs.text('workload-identity-provider');
  const serviceAccount = inputs.text('service-account');
  const user = inputs.text('registry-user');
  const password = inputs.text('registry-password');
  const kubeconfig = inputs.text('kubeconfig-content');
  if (provider !== undefined && !PROVIDER.test(provider)) {
    throw new UserError(`input \`workload-identity-provider\`: "${provider}" is not the name of a provider`, {
      remedy:
        'Write projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the number of the project and not its id.',
    });
  }
  if (provider === undefined && serviceAccount !== undefined) {
    throw new UserError('input `service-account` is given without `workload-identity-provider`', {
      remedy: 'Give both. Is the variable with the name of the provider set?',
    });
  }
  if (serviceAccount !== undefined && !ACCOUNT.test(serviceAccount)) {
    throw new UserError(
      `input \`service-account\`: "${serviceAccount}" is not the e-mail address of a service account`,
      {
        remedy: 'Write NAME@PROJECT.iam.gserviceaccount.com.',
      },
    );
  }
  if ((user === undefined) !== (password === undefined)) {
    const [there, missing] = user === undefined ? ['password', 'user'] : ['user', 'password'];
    throw new UserError(`input \`registry-${there}\` is given without \`registry-${missing}\``, {
      remedy: 'Give both. Is the secret set, and does GitHub give it to this event?',
    });
  }
  if (kubeconfig !== undefined && inputs.text('kubeconfig') !== undefined) {
    throw new UserError('inputs `kubeconfig` and `kubeconfig-content` are both given', {
      remedy: 'Give the path of a file, or the content from a secret.',
    });
  }
  return {
    google: provider === undefined ? undefined : { provider, serviceAccount },
    registry: user === undefined || password === undefined ? undefined : { user, password },
    kubeconfig,
  };
}
