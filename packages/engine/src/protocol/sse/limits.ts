/** Bytes of one line. A `response.completed` event repeats the whole answer on one line. */
export const maxLineBytes = 16 * 1024 * 1024;

/** Characters of the data of one event, all its lines together. */
export const maxEventChars = 16 * 1024 * 1024;
