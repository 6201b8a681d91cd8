import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** PEM text as it is, or the content of a PEM file; a relative path is from the project's folder. */
export function pem(text: string, dir: string): string {
  return text.includes('-----BEGIN') ? text : readFileSync(resolve(dir, text), 'utf8')
}
