/**
 * The image of MySQL that tests run against; none where SLIPWAY_MYSQL_IMAGE does not name one that cluster and engine can
 * pull. For `describe.each` and the like: without an image there is nothing to declare.
 */
export const mysqlImage: readonly string[] = process.env.SLIPWAY_MYSQL_IMAGE ? [process.env.SLIPWAY_MYSQL_IMAGE] : [];
