import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { parse } from 'yaml'
import { generated } from '../../config/generate.ts'
import { root } from '../support/root.ts'

const files = generated()

describe('generated files', () => {
  for (const { path, content } of files) {
    it(`${path} is as the code has it (npm run generate)`, () => {
      expect(readFileSync(join(root, path), 'utf8') === content).to.equal(true)
    })
  }
})

describe('the schema for editors', () => {
  const schema = JSON.parse(files[0]?.content ?? '{}')
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(schema, 'gateway')
  const examples = join(root, 'examples')
  const folders = { routes: 'route', systems: 'system', mappings: 'mapping' }

  for (const project of readdirSync(examples)) {
    it(`takes every file of examples/${project}`, () => {
      check('', join(examples, project, 'waybill.yaml'))
      for (const [folder, name] of Object.entries(folders)) {
        for (const file of yamlFiles(join(examples, project, folder))) check(`#/$defs/${name}`, file)
      }
    })
  }

  it('refuses a key that is not known', () => {
    expect(ajv.validate('gateway', { waybill: 1, name: 'a', quue: 'embedded' })).to.equal(false)
  })

  function check(ref: string, file: string): void {
    const valid = ajv.validate(`gateway${ref}`, parse(readFileSync(file, 'utf8')))
    expect(valid, `${basename(file)}: ${ajv.errorsText()}`).to.equal(true)
  }
})

function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder).map(name => join(folder, name))
  } catch {
    return []
  }
}
