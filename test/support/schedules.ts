/** Schedules by what Kubernetes does with them; a contract test holds the lists to a real API server. */

/** Accepted, and run. */
export const RUN = [
  '0 3 * * *',
  '*/15 * * * *',
  '* * * * *',
  '0 0 1,15 * *',
  '0 9-17 * * 1-5',
  '0 9-17/2 * * mon-fri',
  '0 0 1 jan *',
  '0 0 1 JAN,jul Sun',
  '5/10 * * * *',
  '0 0 ? * ?',
  '  0   3 * * *  ',
  '0 0 29 2 *',
  '0 0 30 2 1',
  '0 0 31 2,3 *',
  '*/90 * * * *',
  '007 3 * * *',
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
  '@every 1h30m',
  '@every 90s',
];

/** Refused by Kubernetes. */
export const REFUSED = [
  '0 3 * *',
  '0 0 3 * * *',
  '0 3 * * * 2026',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * 0 *',
  '0 3 * * 7',
  '* * * foo *',
  '* mon * * *',
  '5-1 * * * *',
  '*/0 * * * *',
  '1/2/3 * * * *',
  '1-2-3 * * * *',
  '-1 * * * *',
  '1.5 * * * *',
  'a * * * *',
  '*5 * * * *',
  '0 3 L * *',
  '0 3 * * 5#2',
  '0 3 15W * *',
  '@reboot',
  '@Daily',
  '@dayly',
  '@every',
  '@every day',
  'every day',
  'TZ=Europe/Berlin 0 3 * * *',
  'CRON_TZ=Europe/Berlin 0 3 * * *',
];

/** Accepted by Kubernetes, for a day that never comes. */
export const NEVER_RUN = ['0 0 30 2 *', '0 0 31 2,4,6,9,11 *'];

/** Accepted by Kubernetes, which reads something else than they say. */
export const READ_AS_ANOTHER = ['1,,2 * * * *', ', * * * *', '*-5 * * * *', '+5 * * * *'];
