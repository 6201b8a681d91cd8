import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type GeneratedFile, generated } from '../../config/generate.ts'
import type { RepositoryCheck } from './repository-check.ts'

/** The generated files that are committed are what the code makes today. */
export const generatedFresh: RepositoryCheck = {
  name: 'generated files are fresh',
  run: async root => stale(root).map(({ path }) => `${path} is stale; npm run generate writes it`),
}

/** Writes the generated files that are stale; their paths. */
export function writeGenerated(root: string): readonly string[] {
  return stale(root).map(({ path, content }) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
    return path
  })
}

function stale(root: string): readonly GeneratedFile[] {
  return generated().filter(({ path, content }) => textOf(join(root, path)) !== content)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
