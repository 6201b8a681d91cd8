import { expect } from 'chai'
import type { Fault } from '../../config/faults.ts'
import { excerptFault, formatFault } from '../../config/format-fault.ts'
import { load, START } from './temporary-project.ts'

const fault: Fault = { code: 'UNKNOWN_KEY', file: 'waybill.yaml', line: 2, column: 1, message: 'unknown key "nme"' }

describe('a fault for people', () => {
  it('is one line with its place, and the mend where there is one', () => {
    expect(formatFault(fault)).to.equal('waybill.yaml:2:1 unknown key "nme"')
    expect(formatFault({ ...fault, mend: 'remove it' })).to.equal('waybill.yaml:2:1 unknown key "nme"; remove it')
  })

  it('shows its line with a caret on a terminal', () => {
    load({ 'waybill.yaml': START }, {}, ({ dir }) => {
      const shown = excerptFault(dir, { ...fault, column: 7, mend: 'write text' })
      expect(shown).to.equal('waybill.yaml:2:7 unknown key "nme"\n  2 | name: small\n    |       ^\n  write text')
    })
  })

  it('shows no credential of the line, and nothing of a file that is gone', () => {
    load({ 'waybill.yaml': '\nbasic: { username: a, password: hunter2 }\n' }, {}, ({ dir }) => {
      expect(excerptFault(dir, fault)).to.contain('password: ***').and.not.contain('hunter2')
      expect(excerptFault(dir, { ...fault, file: 'gone.yaml' })).to.equal('gone.yaml:2:1 unknown key "nme"')
    })
  })
})
