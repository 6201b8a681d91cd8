import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkConfig } from '../../../config/check-value.ts'
import { type FaultCode, type FaultDetails, type Faults, type Path, suggestion } from '../../../config/faults.ts'
import { filesIn } from '../../../config/files.ts'
import type { ReadFile } from '../../../config/mount.ts'
import type { Project } from '../../../config/project.ts'
import { readYaml } from '../../../config/yaml-file.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { FormatContext } from '../../format.ts'
import { type LayoutOptions, layoutOptions } from './options.ts'

/** A layout as it was written, and where faults in it are told: at their place in its file. */
export interface WrittenLayout {
  readonly options: LayoutOptions
  add(code: FaultCode, path: Path, message: string, details?: Omit<FaultDetails, 'at'>): void
}

/** The layout that an option names or holds; undefined where it has faults, which have then been told. */
export function loadLayout(layout: string | LayoutOptions, { project, path }: FormatContext): WrittenLayout | undefined {
  const at = [...path, 'layout']
  if (typeof layout !== 'string')
    return { options: layout, add: (code, below, message, details) => project.faults.add(code, [...at, ...below], message, details) }
  const text = readText(layout, project, at)
  if (text === undefined) return undefined
  const file = readYaml(layout, text)
  const before = project.faults.count
  const add = adderOf(file, project, at)
  for (const { code, place, message, mend } of file.faults)
    project.faults.add(code, at, message, { at: { file: layout, ...place }, ...(mend !== undefined && { mend }) })
  if (file.value === undefined && file.faults.length === 0) add('MISSING', [], 'the file is empty')
  const value = project.faults.count > before ? undefined : checked(file.value, project.faults, add)
  return value === undefined || project.faults.count > before ? undefined : { options: resolveOptions(layoutOptions, value), add }
}

function adderOf(file: ReadFile, { faults }: Project, at: Path): WrittenLayout['add'] {
  return (code, below, message, details) =>
    faults.add(code, at, message, { ...details, at: { file: file.file, ...file.locate(below, details) } })
}

function checked(value: unknown, faults: Faults, add: WrittenLayout['add']): unknown {
  const own: Faults = {
    add,
    get count() {
      return faults.count
    },
  }
  const references = { written: () => undefined, missing: () => false }
  return checkConfig(layoutOptions, value, { faults: own, definitions: {}, references })
}

function readText(file: string, { dir, faults }: Project, at: Path): string | undefined {
  try {
    const bytes = readFileSync(resolve(dir, file))
    if (isUtf8(bytes)) return bytes.toString('utf8')
    faults.add('FILE', at, `${file} is not in UTF-8`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const message =
      code === 'ENOENT' ? `there is no file "${file}"${suggestion(file, filesIn(dir, 'layouts'))}` : `${file} cannot be read (${code})`
    faults.add('FILE', at, message)
  }
  return undefined
}
