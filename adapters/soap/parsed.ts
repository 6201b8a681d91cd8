// What an endpoint has read of a message, so that the route's format need not read it again. By the bytes, which are one object for as long as the message is on its way in this process.
const bodies = new WeakMap<Uint8Array, { readonly body: unknown }>()

/** Remembers the body that these bytes mean. */
export function keepBody(bytes: Uint8Array, body: unknown): void {
  bodies.set(bytes, { body })
}

/** The body that was kept; undefined where none was. */
export function keptBody(bytes: Uint8Array): { readonly body: unknown } | undefined {
  return bodies.get(bytes)
}
