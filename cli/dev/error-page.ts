import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from '../../gateway/errors.ts'
import type { RepositoryCheck } from './repository-check.ts'

const PAGE = join('docs', 'reference', 'errors.md')

/** Every error code has its entry in the reference, and the reference has no other. */
export const errorsDocumented: RepositoryCheck = {
  name: `every error code is in ${PAGE}, and no other`,
  async run(root) {
    if (!existsSync(join(root, PAGE))) return [`${PAGE} is missing; npm run generate writes it`]
    return errorPageFaults(readFileSync(join(root, PAGE), 'utf8'), Object.keys(errors))
  },
}

/** What the page lacks, and what it documents that is not there. A code's entry is a heading, or the first cell of a row. */
export function errorPageFaults(page: string, codes: readonly string[]): string[] {
  const entries = [...page.matchAll(/^(?:#+ +|\| *)(?:<a [^>]*><\/a> *)?`?([A-Z][A-Z0-9_]{3,})`?/gm)].map(([, code = '']) => code)
  const documented = new Set(entries)
  return [
    ...codes.filter(code => !documented.has(code)).map(code => `${code} has no entry`),
    ...entries.filter(code => !codes.includes(code)).map(code => `${code} has an entry, but is no code`),
  ]
}
