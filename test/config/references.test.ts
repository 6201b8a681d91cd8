import { expect } from 'chai'
import { load, START } from './temporary-project.ts'

const listen = (address: string) => ({ 'waybill.yaml': `${START}listen: { http: '${address}' }\n` })

describe('a reference', () => {
  const cases = [
    { name: 'takes the value of the environment', text: '$' + '{env:A}', environment: { A: '127.0.0.1:1' }, value: '127.0.0.1:1' },
    { name: 'takes its default where the variable is not set', text: '$' + '{env:A:-127.0.0.1:2}', environment: {}, value: '127.0.0.1:2' },
    {
      name: 'takes its default where the variable is empty',
      text: '$' + '{env:A:-127.0.0.1:2}',
      environment: { A: '' },
      value: '127.0.0.1:2',
    },
    { name: 'may be a part of a value', text: '127.0.0.1:$' + '{env:P}', environment: { P: '8' }, value: '127.0.0.1:8' },
    { name: 'is not read as YAML', text: '$' + '{env:A}:1', environment: { A: 'a' }, value: 'a:1' },
  ]
  for (const { name, text, environment, value } of cases) {
    it(name, () => {
      const project = load(listen(text), environment)
      expect(project.faults.list()).to.deep.equal([])
      expect(project.listen.http).to.equal(value)
    })
  }

  it('becomes a number where a number belongs', () => {
    const text = '    limits: { inFlight: "$' + '{env:N}" }\n'
    expect(load({ 'waybill.yaml': START + text }, { N: '3' }).systems.warehouse?.limits.inFlight).to.equal(3)
    const [fault] = load({ 'waybill.yaml': START + text }, { N: 'many' }).faults.list()
    expect(fault?.message).to.equal('expected a whole number, saw the value of $' + '{env:N}')
  })

  it('takes a file of the project without its last line end', () => {
    const project = load({ ...listen('$' + '{file:secrets/address}'), 'secrets/address': '127.0.0.1:3\n' })
    expect(project.listen.http).to.equal('127.0.0.1:3')
  })

  it('never shows its value in a fault', () => {
    const project = load(listen('$' + '{env:SECRET}'), { SECRET: 'hunter2' })
    expect(JSON.stringify(project.faults.list()))
      .to.contain('$' + '{env:SECRET}')
      .and.not.contain('hunter2')
  })

  it('that is missing is told at its own column, with the name that is nearest', () => {
    const [fault] = load(listen('127.0.0.1:$' + '{env:WAYBILL_PROT}'), { WAYBILL_PORT: '1', OTHER: '2' }).faults.list()
    expect(fault).to.include({ code: 'REFERENCE', line: 6, column: 28 })
    expect(fault?.message).to.equal('environment variable WAYBILL_PROT is not set; did you mean "WAYBILL_PORT"?')
  })

  it('means nothing in the tests of a project', () => {
    const test = "- test: t\n  send: { to: a, body: '$" + "{env:X}' }\n  expect: { only: true }\n"
    expect(load({ 'waybill.yaml': START, 'tests/a.yaml': test }).faults.list()).to.deep.equal([])
  })
})
