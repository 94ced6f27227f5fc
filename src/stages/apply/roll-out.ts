import { carryOut } from './carry-out.ts';
import { check } from './check.ts';
import type { RollOutPorts, RollOutReport, RollOutRequest } from './request.ts';

export type { ObjectOutcome, ObjectReport, RollOutPorts, RollOutReport, RollOutRequest } from './request.ts';

/**
 * Validates all objects by the server (dry-run), writes them and waits until they are ready.
 * @throws UserError or EnvironmentError before the first write: for objects that the server refuses (the error lists all
 * of them), and for a workload that is paused or OnDelete. After the first write the report holds the error.
 */
export async function rollOut(request: RollOutRequest, ports: RollOutPorts): Promise<RollOutReport> {
  return carryOut(await check(request, ports.cluster), ports);
}
