import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import type { RepositoryCheck } from './repository-check.ts'
import { filesBelow } from './source-files.ts'

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g

/** The heart imports nothing outwards, but in its composition root. */
export const heartStandsAlone: RepositoryCheck = {
  name: 'gateway/ imports nothing outwards but in gateway/start.ts',
  async run(root) {
    const files = filesBelow(root, 'gateway', '.ts').filter(file => file !== join('gateway', 'start.ts'))
    return files.flatMap(file => outwardImports(file, readFileSync(join(root, file), 'utf8')))
  },
}

/** The imports of a file of gateway/ that leave it, with their lines. */
export function outwardImports(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(({ 1: name = '', index }) => {
    if (!name.startsWith('.')) return []
    const path = normalize(join(dirname(file), name))
    const line = text.slice(0, index).split('\n').length
    return path.startsWith('gateway/')
      ? []
      : [`${file}:${line} imports ${path}; only gateway/start.ts may know what stands around the heart`]
  })
}
