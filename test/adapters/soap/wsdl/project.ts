import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadWsdl } from '../../../../adapters/soap/wsdl/load.ts'
import type { SoapVersion, Wsdl, WsdlOperation } from '../../../../adapters/soap/wsdl/model.ts'
import { isWarning, type Path } from '../../../../config/faults.ts'
import type { Project } from '../../../../config/project.ts'
import { folder } from '../../../fixtures/wsdl/fixtures.ts'

const PATH: Path = ['systems', 'legacy', 'soap', 'wsdl']

/** What the reading of a WSDL looks at of a project; faults are texts: `CODE message`, warnings `FILE:LINE message`. */
export function projectAt(dir: string): { project: Pick<Project, 'dir' | 'faults'>; faults: string[]; warnings: string[] } {
  const faults: string[] = []
  const warnings: string[] = []
  const project: Pick<Project, 'dir' | 'faults'> = {
    dir,
    faults: {
      list: () => [],
      add(code, _path, message, details) {
        if (isWarning({ code })) warnings.push(`${details?.at?.file}:${details?.at?.line} ${message}`)
        else faults.push(`${code} ${message}`)
      },
      get count() {
        return faults.length
      },
    },
  }
  return { project, faults, warnings }
}

/** A WSDL of the suite. Throws where it has faults. */
export function readFixture(file: string, dir = folder): Wsdl {
  const { project, faults } = projectAt(dir)
  const wsdl = loadWsdl(project, file, PATH)
  if (!wsdl || faults.length > 0) throw new Error(`${file}: ${faults.join('\n')}`)
  return wsdl
}

interface Reading {
  readonly wsdl: Wsdl | undefined
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
}

/** Reads a WSDL of some files that are gone afterwards; the first is the WSDL. */
export function readTexts(files: Readonly<Record<string, string | Uint8Array>>): Reading {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-wsdl-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true })
      writeFileSync(join(dir, name), text)
    }
    const { project, faults, warnings } = projectAt(dir)
    return { wsdl: loadWsdl(project, Object.keys(files)[0] ?? '', PATH), faults, warnings }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The operation of that name in the first port that has it; `version` keeps to ports of that version. */
export function operationNamed({ ports }: Wsdl, name: string, version?: SoapVersion): WsdlOperation | undefined {
  return ports
    .filter(port => version === undefined || port.version === version)
    .map(({ operations }) => operations.get(name))
    .find(operation => operation !== undefined)
}

/** The names of all operations, each once, in the order of the document. */
export function operationNames({ ports }: Wsdl): readonly string[] {
  return [...new Set(ports.flatMap(({ operations }) => [...operations.keys()]))]
}
