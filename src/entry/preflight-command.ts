import { PREFLIGHT_USAGE, preflightArguments } from '../inputs/preflight.ts';
import type { Command } from './command.ts';
import { work } from './preflight.ts';
import { runAction } from './run.ts';

/** `slipway preflight`: the action, for the image on this machine. Arguments have the names of its inputs. */
export const preflightCommand: Command = {
  usage: PREFLIGHT_USAGE,
  run(args) {
    Object.assign(process.env, preflightArguments(args));
    return runAction('preflight', work);
  },
};
