const LONE = /\p{Surrogate}/u

/** Index of the first half of a surrogate pair without its other half, or -1. */
export function loneSurrogate(text: string): number {
  return text.search(LONE)
}
