import { expect } from 'chai'
import type { EntryConfig, TargetConfig } from '../../config/project.ts'
import { scopeOf } from '../../expressions/scope.ts'
import { type Choice, compileRouter, type Decision } from '../../routes/router.ts'
import { projectOf } from '../transformers/project.ts'

const project = projectOf({}).project

function entry(name: string, when?: string): TargetConfig {
  const config: EntryConfig = {
    name,
    target: name,
    transform: [],
    answer: [],
    path: ['routes', 'r', 'to'],
    ...(when !== undefined && { when }),
  }
  return { kind: 'entry', entry: config }
}

const list = (...targets: TargetConfig[]): TargetConfig => ({ kind: 'list', targets })
const first = (...branches: [string | undefined, TargetConfig][]): TargetConfig => ({
  kind: 'first',
  branches: branches.map(([when, to], index) => ({ ...(when !== undefined && { when }), to, path: ['routes', 'r', 'to', index] })),
  path: ['routes', 'r', 'to'],
})
const none = (because: string): TargetConfig => ({ kind: 'none', because, path: ['routes', 'r', 'to'] })

function route(to: TargetConfig, body: unknown): { names: string[]; places: string[]; because: string | undefined; decisions: Decision[] } {
  const choice: Choice = { chosen: [] }
  const decisions: Decision[] = []
  compileRouter(project, to, scopeOf(undefined))({ body, headers: {}, meta: {} }, choice, decisions)
  return {
    names: choice.chosen.map(one => one.entry.name),
    places: choice.chosen.map(one => one.place),
    because: choice.because,
    decisions,
  }
}

describe('a router', () => {
  const byCountry = first(
    ['body.country == "US" && body.total >= 1000', entry('us-priority')],
    ['body.country in ["DE", "FR"]', list(entry('eu-carrier'), entry('eu-tax', 'body.total > 100'))],
    ['body.test', none('test orders stay here')],
    [undefined, entry('rest')],
  )
  const cases = [
    {
      name: 'takes the first branch that holds',
      to: byCountry,
      body: { country: 'US', total: 1000, test: true },
      expected: ['us-priority'],
    },
    {
      name: 'goes on to the next where it does not',
      to: byCountry,
      body: { country: 'US', total: 999.99, test: false },
      expected: ['rest'],
    },
    { name: 'sends to all of a list', to: byCountry, body: { country: 'DE', total: 500, test: false }, expected: ['eu-carrier', 'eu-tax'] },
    {
      name: 'leaves out an entry whose condition does not hold',
      to: byCountry,
      body: { country: 'FR', total: 5, test: false },
      expected: ['eu-carrier'],
    },
    { name: 'chooses nobody at a lawful end', to: byCountry, body: { country: 'JP', total: 5, test: true }, expected: [] },
    { name: 'keeps what a list chose beside a lawful end', to: list(entry('books'), none('no carrier')), body: {}, expected: ['books'] },
    {
      name: 'chooses nobody where no condition holds',
      to: list(entry('a', 'body.x == 1'), entry('b', 'body.x == 2')),
      body: { x: 3 },
      expected: [],
    },
  ]
  for (const { name, to, body, expected } of cases) {
    it(name, () => expect(route(to, body).names).to.deep.equal(expected))
  }

  it('says why at a lawful end', () => {
    expect(route(byCountry, { country: 'JP', total: 1, test: true }).because).to.equal('test orders stay here')
  })

  it('says where in the route each was chosen', () => {
    expect(route(byCountry, { country: 'DE', total: 500, test: false }).places).to.deep.equal(['to.first[1][0]', 'to.first[1][1]'])
  })

  it('tells each question that it asked, and no others', () => {
    const { decisions } = route(byCountry, { country: 'FR', total: 5, test: false })
    expect(decisions).to.deep.equal([
      { place: 'to.first[0]', when: 'body.country == "US" && body.total >= 1000', holds: false },
      { place: 'to.first[1]', when: 'body.country in ["DE", "FR"]', holds: true },
      { place: 'to.first[1][1]', when: 'body.total > 100', holds: false },
    ])
  })

  it('refuses a message for which a condition cannot be evaluated, rather than taking it for false', () => {
    expect(() => route(byCountry, { total: 1 })).to.throw(/CONDITION_FAILED.*country/)
  })
})
