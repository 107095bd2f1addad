/** Bytes of a start line with all header fields. nginx allows 32 KiB, Node 16 KiB, Envoy 60 KiB by default. */
export const maxHeadBytes = 65_536;

/** Header fields a message; Node's default is 2000 pairs, other servers allow about 100. */
export const maxHeaderFields = 512;

/** Bytes of a method: the longest registered one is UPDATEREDIRECTREF, 17. */
export const maxMethodBytes = 20;

/** Bytes of a chunk-size line with its extensions (RFC 9112 7.1.1 asks recipients to limit them). */
export const maxChunkLineBytes = 4096;

/** Bytes of all trailer fields together. */
export const maxTrailerBytes = 65_536;

/** Largest length that is believed: one tebibyte. A larger one is a broken or hostile message. */
export const maxDeclaredLength = 2 ** 40;

/** Requests waiting for their response on one connection. Clients that pipeline send a handful. */
export const maxPendingExchanges = 256;
