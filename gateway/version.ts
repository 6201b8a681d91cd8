import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of this Waybill, of its package.json. */
export function waybillVersion(): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return String(version)
}

/** The folder of Waybill's package: that of the nearest package.json above this file. */
export function packageRoot(folder: string = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(folder, 'package.json')) || folder === dirname(folder) ? folder : packageRoot(dirname(folder))
}
