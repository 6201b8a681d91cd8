/** Among the `params` of a delivery: the query of its request, encoded, without its question mark. No path parameter can have this name. */
export const QUERY = '?'
