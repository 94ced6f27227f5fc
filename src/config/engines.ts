/** Engines that `review.database` takes; each has a record in plan/engines/engines.ts. */
export const DATABASE_ENGINES = ['postgres', 'mysql', 'mariadb'] as const;
/** Engines of services: databases, and what keeps no data. */
export const SERVICE_ENGINES = [...DATABASE_ENGINES, 'redis', 'memcached'] as const;

export type DatabaseEngine = (typeof DATABASE_ENGINES)[number];
export type Engine = (typeof SERVICE_ENGINES)[number];
