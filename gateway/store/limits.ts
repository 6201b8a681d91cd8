/** The most that is listed, replayed or discarded at once. */
export const MANY = 500
