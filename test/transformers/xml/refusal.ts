import { GatewayError } from '../../../gateway/errors.ts'

/** What was thrown: the code, the place and the message, `NOT_READABLE 1:3 ...`. */
export function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const [place] = error.extras.errors ?? []
    if (place?.line !== undefined) return `${error.code} ${place.line}:${place.column} ${place.message}`
    return `${error.code} ${place?.pointer === undefined ? '' : `${place.pointer} `}${place?.message ?? error.detail}`
  }
  throw new Error('nothing was thrown')
}
