import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Adapter } from '../../adapters/adapter.ts'
import { adapters as registered } from '../../adapters/registry.ts'
import { loadProject } from '../../config/load.ts'
import type { Project } from '../../config/project.ts'
import { formats } from '../../transformers/formats/registry.ts'
import { transformers } from '../../transformers/registry.ts'

export type Files = Readonly<Record<string, string>>

/** The start of a waybill.yaml with one system, `warehouse`. */
export const START = 'waybill: 1\nname: small\nsystems:\n  warehouse:\n    rest: http://127.0.0.1:9001\n'

/** Loads a project of these files from a folder that is gone afterwards; `use` may look at the folder while it is there. */
export function load(
  files: Files,
  environment: NodeJS.ProcessEnv = {},
  use: (project: Project) => void = () => {},
  adapters: Readonly<Record<string, Adapter>> = registered,
): Project {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-config-'))
  try {
    for (const [path, text] of Object.entries(files)) write(join(dir, path), text)
    const project = loadProject(dir, { adapters, transformers, formats, environment })
    use(project)
    return project
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
