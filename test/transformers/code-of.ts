import { GatewayError } from '../../gateway/errors.ts'

/** The code and detail of what was thrown, `MAPPING_FAILED: ...`; `no error` where nothing was. */
export function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.detail}`
    throw error
  }
  return 'no error'
}
