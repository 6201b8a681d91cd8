import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import { asGatewayError, type ErrorCode, GatewayError, problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { newId } from '../message.ts'
import { apiOperations, type Operation } from './api.ts'
import type { AdminParts } from './parts.ts'
import { bears } from './token.ts'

const MAX_BODY = 256 * 1_024

/** The application behind the management API. */
export function createApplication(token: string, parts: AdminParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use((_, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    next()
  })
  register(app, openOperations(parts))
  app.get('/metrics', async (_, response) => {
    response.type(parts.metrics.contentType).send(await parts.metrics.text())
  })
  app.use('/api', demand(token))
  app.use('/api', express.json({ limit: MAX_BODY, inflate: false }))
  register(app, apiOperations(parts))
  app.use((request: Request) => {
    throw new GatewayError('NOT_FOUND', `no ${request.path.slice(0, 128)} here; see docs/operations.md for what there is`)
  })
  app.use(tellFault(parts.log))
  return app
}

function openOperations({ health }: AdminParts): readonly Operation[] {
  return [
    { method: 'get', path: '/health/live', run: () => ({ ok: true }) },
    {
      method: 'get',
      path: '/health/ready',
      run: ({ res }) => {
        const dependencies = health()
        const ok = Object.values(dependencies).every(one => one.ok)
        res?.status(ok ? 200 : 503)
        return { ok, dependencies }
      },
    },
  ]
}

function register(app: Express, operations: readonly Operation[]): void {
  for (const { method, path, run } of operations) {
    app[method](path, async (request, response) => {
      response.json(await run(request))
    })
  }
  for (const path of new Set(operations.map(one => one.path))) {
    const methods = operations.flatMap(one => (one.path !== path ? [] : one.method === 'get' ? ['GET', 'HEAD'] : ['POST']))
    app.all(path, request => {
      throw new GatewayError('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}; allowed: ${methods.join(', ')}`, {
        allow: methods,
      })
    })
  }
}

// Before any body is read: whoever has no token costs a header, and its connection ends so that no body follows.
function demand(token: string) {
  const mayEnter = bears(token)
  return (request: Request, response: Response, next: () => void) => {
    if (mayEnter(request.get('authorization'))) return next()
    response.set({ 'WWW-Authenticate': 'Bearer', Connection: 'close' })
    throw new GatewayError('UNAUTHORIZED', 'the admin API needs the token that lies as admin-token in the folder of the store')
  }
}

function tellFault(log: Log): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = fromExpress(thrown)
    const correlationId = newId()
    if (error.code === 'INTERNAL') {
      const reason = error.cause instanceof Error ? error.cause.stack : error.detail
      log.error('admin-failed', { method: request.method, path: request.path.slice(0, 128), correlationId, reason })
    }
    if (response.headersSent) return void response.destroy()
    if (error.extras.allow) response.set('Allow', error.extras.allow.join(', '))
    if (!request.complete) response.set('Connection', 'close')
    response
      .status(error.status)
      .type('application/problem+json')
      .send(JSON.stringify(problem(error, correlationId)))
  }
}

const EXPRESS_FAULTS: Readonly<Record<string, ErrorCode>> = {
  'entity.too.large': 'TOO_LARGE',
  'entity.parse.failed': 'NOT_READABLE',
  'encoding.unsupported': 'UNSUPPORTED_TYPE',
  'charset.unsupported': 'UNSUPPORTED_TYPE',
}

function fromExpress(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError || !(thrown instanceof Error)) return asGatewayError(thrown)
  const type = 'type' in thrown ? String(thrown.type) : ''
  const status = 'status' in thrown ? Number(thrown.status) : 500
  const code = EXPRESS_FAULTS[type] ?? (status >= 400 && status < 500 ? 'BAD_REQUEST' : undefined)
  return code ? new GatewayError(code, thrown.message, { cause: thrown }) : asGatewayError(thrown)
}
