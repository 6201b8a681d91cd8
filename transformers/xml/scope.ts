import { XML } from './events.ts'

/** The prefixes that are declared while a document is written, innermost last. */
export class Scope {
  readonly #prefixes: string[] = []
  readonly #uris: string[] = []

  get size(): number {
    return this.#prefixes.length
  }

  /** Forgets what was declared since the scope had that size. */
  shrink(size: number): void {
    this.#prefixes.length = size
    this.#uris.length = size
  }

  declare(prefix: string, uri: string): void {
    this.#prefixes.push(prefix)
    this.#uris.push(uri)
  }

  /** True where the prefix was declared since the scope had that size. */
  declaredSince(prefix: string, size: number): boolean {
    return this.#prefixes.lastIndexOf(prefix) >= size
  }

  /** What the prefix means; undefined where it is not declared. */
  uri(prefix: string): string | undefined {
    const at = this.#prefixes.lastIndexOf(prefix)
    if (at >= 0) return this.#uris[at]
    return prefix === '' ? '' : prefix === 'xml' ? XML : undefined
  }

  /** The innermost prefix that means the URI; undefined where there is none. `named`: the default namespace does not serve. */
  prefix(uri: string, named: boolean): string | undefined {
    if (uri === XML) return 'xml'
    for (let at = this.#uris.length - 1; at >= 0; at--) {
      const prefix = this.#prefixes[at] ?? ''
      if (this.#uris[at] === uri && !(named && prefix === '') && this.#prefixes.lastIndexOf(prefix) === at) return prefix
    }
    return undefined
  }

  /** Each prefix with what it means here. */
  entries(): [prefix: string, uri: string][] {
    return [...new Set(this.#prefixes)].map(prefix => [prefix, this.uri(prefix) ?? ''])
  }
}
