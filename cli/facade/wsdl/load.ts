import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { adapters } from '../../../adapters/registry.ts'
import { loadWsdl } from '../../../adapters/soap/wsdl/load.ts'
import type { Wsdl } from '../../../adapters/soap/wsdl/model.ts'
import { loadProject } from '../../../config/load.ts'
import type { Project } from '../../../config/project.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { transformers } from '../../../transformers/registry.ts'
import { CommandError, exit } from '../../command.ts'
import type { FacadeFile } from '../facade.ts'

/** Gives `use` the WSDL, the first of the files, in a project that has nothing else. Throws CommandError with every fault of the files. */
export function withWsdl<T>(files: readonly FacadeFile[], use: (project: Project, wsdl: Wsdl) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-facade-'))
  try {
    for (const { path, text } of [{ path: 'waybill.yaml', text: 'waybill: 1\nname: facade\n' }, ...files]) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
    }
    const project = loadProject(dir, { adapters, transformers, formats, environment: {} })
    const wsdl = loadWsdl(project, files[0]?.path ?? '', [])
    if (!wsdl) throw faulty(project)
    const made = use(project, wsdl)
    if (project.faults.count > 0) throw faulty(project)
    return made
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function faulty({ faults }: Project): CommandError {
  const lines = faults.list().map(({ message, mend }) => `${message}${mend === undefined ? '' : `. ${mend}`}`)
  return new CommandError(exit.found, lines.join('\n'))
}
