import type { Example } from './example.ts';

const heading = { old: '<h1>Parking</h1>', new: '<h1>Parking, now with electric charging</h1>' };

/** One process of one image, with PostgreSQL and memcached. */
export const parking: Example = {
  name: 'parking',
  about: 'Parking: lots, spaces and bookings',
  backing: 'PostgreSQL',
  parts: 'two pods',
  path: '/lots',
  heading,
  pullRequest: {
    title: 'Electric charging',
    branch: 'electric-charging',
    message: 'Front page: tell that there is electric charging',
    file: 'parking/templates/front.html',
    edit: (text) => text.replace(heading.old, heading.new),
  },
  broken: {
    message: 'Payments: read PAYMENTS_URL',
    file: 'gunicorn.conf.py',
    edit: (text) => `${text}\nimport os\n\npayments = os.environ["PAYMENTS_URL"]\n`,
  },
};
