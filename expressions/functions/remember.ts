/** The function, which makes each thing once as long as there are at most `most` of them. */
export function remember<T>(make: (text: string) => T, most: number): (text: string) => T {
  const all = new Map<string, T>()
  return text => {
    const known = all.get(text)
    if (known !== undefined) return known
    const made = make(text)
    if (all.size > most) all.clear()
    all.set(text, made)
    return made
  }
}
