import { expect } from 'chai'
import { createEndpoints } from '../../../../cli/facade/wsdl/endpoint.ts'

const sku = { name: 'sku', required: true }
const site = { name: 'site', required: false }
const quantity = { name: 'quantity', required: true }

describe('the endpoint of an operation', () => {
  const cases = [
    { operation: 'GetStock', plain: [sku, site], wanted: 'GET /stock/:sku' },
    { operation: 'GetPrice', plain: [sku, quantity], wanted: 'GET /price' },
    { operation: 'ListOpenOrders', plain: [], wanted: 'GET /open-orders' },
    { operation: 'GetQuote', plain: undefined, wanted: 'POST /quote/get' },
    { operation: 'deleteHTTPRule', plain: [sku], wanted: 'DELETE /http-rule/:sku' },
    { operation: 'PlaceOrder', plain: undefined, wanted: 'POST /order' },
    { operation: 'CancelOrder', plain: [sku], wanted: 'POST /order/cancel' },
    { operation: 'Set_Price', plain: [sku], wanted: 'PUT /price' },
    { operation: 'StockLevel', plain: [sku], wanted: 'POST /stock-level' },
    { operation: 'Получить', plain: undefined, wanted: 'POST /operation' },
  ]
  for (const { operation, plain, wanted } of cases) {
    it(`of ${operation} is ${wanted}`, () => {
      const { verb, path } = createEndpoints()({ operation, plain })
      expect(`${verb} ${path}`).to.equal(wanted)
    })
  }

  it('is never that of another one', () => {
    const endpointOf = createEndpoints()
    const names = [
      'GetStock',
      'ReadStock',
      'FindStock',
      'PlaceOrder',
      'CreateOrder',
      'AddOrder',
      'create-order',
      'Create_Order',
      'UpdateOrder',
      'SetOrder',
    ]
    const made = names.map(operation =>
      endpointOf({ operation, plain: operation.endsWith('Stock') ? [{ name: operation, required: true }] : undefined }),
    )
    const seen = made.map(({ verb, path }) => `${verb} ${path.replaceAll(/:\w+/g, ':')}`)
    expect(new Set(seen).size, seen.join(', ')).to.equal(names.length)
  })
})
