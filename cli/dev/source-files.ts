import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const SKIPPED = new Set(['node_modules', 'dist', '.git', 'data'])

/** Paths from the root of all files below a folder that end so, in order. Empty where the folder is missing. */
export function filesBelow(root: string, folder: string, ending: string): string[] {
  return entries(join(root, folder)).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(root, path, ending)
    return entry.name.endsWith(ending) ? [path] : []
  })
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}
