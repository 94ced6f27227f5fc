import { nearest } from './nearest.ts';

/**
 * Why Kubernetes would refuse the time zone of a CronJob; undefined: nothing is known against it. Names are those of the IANA
 * database, and case counts.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones
 */
export function timeZoneProblem(zone: string): string | undefined {
  const known = ['Etc/UTC', 'UTC', ...Intl.supportedValuesOf('timeZone')];
  if (known.includes(zone)) return undefined;
  const cased = known.find((one) => one.toLowerCase() === zone.toLowerCase());
  if (cased === undefined && isAlias(zone)) return undefined;
  const near = cased ?? nearest(zone, known);
  return `is not a time zone such as Europe/Berlin${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** An older name of a zone, such as US/Pacific. Offsets, which are accepted here, are unknown to Kubernetes. */
function isAlias(zone: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+/-]*$/.test(zone) || zone === 'Local') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
