import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { adapters } from '../../adapters/registry.ts'
import { allFaults } from '../../config/check.ts'
import { compileProject } from '../../routes/compile.ts'
import { formats } from '../../transformers/formats/registry.ts'
import { transformers } from '../../transformers/registry.ts'
import { root } from '../support/root.ts'

const folder = join(root, 'test/fixtures/config/mistakes')

interface Expected {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly code: string
  readonly message: string
  readonly mend?: string
}

describe('a mistake in the config', () => {
  for (const name of readdirSync(folder).sort()) {
    it(`is told once, at its place: ${name.slice(3).replaceAll('-', ' ')}`, () => {
      const { message, mend, ...place }: Expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'))
      const faults = allFaults(join(folder, name), { adapters, transformers, formats, environment: {}, compile: compileProject })
      expect(faults, JSON.stringify(faults)).to.have.length(1)
      expect(faults[0]).to.include(place)
      expect(faults[0]?.message).to.contain(message)
      if (mend !== undefined) expect(faults[0]?.mend).to.contain(mend)
    })
  }
})
