import { PREFLIGHT_USAGE, preflightArguments } from '../inputs/preflight.ts';
import type { Command } from './command.ts';
import { ownKubeconfig } from './own-kubeconfig.ts';
import { work } from './preflight.ts';
import { runAction } from './run.ts';

/** `slipway preflight`: the action, for the image on this machine. Arguments have the names of its inputs. */
export const preflightCommand: Command = {
  usage: PREFLIGHT_USAGE,
  run(args) {
    Object.assign(process.env, preflightArguments(args));
    const own = ownKubeconfig(process.env);
    // A command of a person uses the kubeconfig of that person, which an action never does.
    if (own !== undefined && args.includes('--live')) process.env.KUBECONFIG ||= own;
    return runAction('preflight', work);
  },
};
