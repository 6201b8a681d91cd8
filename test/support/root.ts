import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder, absolute: WAYBILL_ROOT, else the nearest folder above this file that holds examples/ and package.json. */
export const root = process.env.WAYBILL_ROOT ?? above(dirname(fileURLToPath(import.meta.url)))

function above(folder: string): string {
  if (existsSync(join(folder, 'tsconfig.json')) || folder === dirname(folder)) return folder
  return above(dirname(folder))
}
